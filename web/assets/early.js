// Before the first paint: tells the style sheet that scripts run, so that nothing jumps later.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
