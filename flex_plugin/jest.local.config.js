// The `flex-plugin test` command hands jest a flag that jest refuses, so jest is called directly with Twilio's preset.
process.env.NODE_ENV = 'test';
process.env.BABEL_ENV = 'test';
process.env.TZ = 'Africa/Dakar';

module.exports = {
  ...require('@twilio/flex-plugin-test/jest-preset'),
  rootDir: __dirname,
  roots: ['<rootDir>/src'],
  testEnvironment: 'jsdom',
  watchPlugins: [],
  // The real Flex UI is tested in the browser (e2e/); here stands only what our parts call.
  moduleNameMapper: { '^@twilio/flex-ui$': '<rootDir>/src/testing/flexUi.ts' },
  setupFilesAfterEnv: ['<rootDir>/src/testing/setup.ts'],
};
