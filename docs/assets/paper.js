// On paper a fold is as its reader left it: the theme would open every one.
addEventListener("beforeprint", (event) => event.stopImmediatePropagation(), true);
