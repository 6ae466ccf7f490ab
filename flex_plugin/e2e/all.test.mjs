// One process for all, so that they share one browser and, where their options are the same, one Flex.
import './panel.test.mjs';
import './callBack.test.mjs';
import './safety.test.mjs';
import './damaged.test.mjs';
import './settings.test.mjs';
import './look.test.mjs';
import './supervisor.test.mjs';
