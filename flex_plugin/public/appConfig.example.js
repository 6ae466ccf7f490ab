// Copy to appConfig.js for `twilio flex:plugins:start`. What stands here wins over the account's ui_attributes.
var appConfig = {
  pluginService: { enabled: true, url: '/plugins' },
  logLevel: 'info',
  custom_data: { features: { ussd: { enabled: true } } },
};
