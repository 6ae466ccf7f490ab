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
  setupFilesAfterEnv: ['<rootDir>/src/testing/setup.ts'],
};
