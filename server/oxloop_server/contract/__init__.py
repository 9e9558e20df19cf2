"""The contract at work: routes, requests and answers, all checked against the bundled specs."""
