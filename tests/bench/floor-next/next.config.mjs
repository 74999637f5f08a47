export default { poweredByHeader: false, agentRules: false };
