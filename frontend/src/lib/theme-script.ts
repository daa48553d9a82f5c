/** Where this browser keeps the chosen theme. */
export const THEME_KEY = "modelyard-theme";

/** Runs before the first paint, so that nothing flashes; stands inline in every page. */
export const themeScript = `try{var t=localStorage.getItem("${THEME_KEY}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;
