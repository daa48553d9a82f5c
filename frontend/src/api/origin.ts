/** Where the API is: on the host of these pages, or where `NEXT_PUBLIC_API_URL` said when they were built. */

/** Written by the layout into the page, so that a finished export can be pointed elsewhere without a new build. */
const stated = typeof document === "undefined" ? "" : (document.documentElement.dataset.api ?? "");
/** Empty when the API answers on the pages' own host, by itself or through a rewrite. */
export const API_ORIGIN = stated.replace(/\/+$/, "");
export const isElsewhere = API_ORIGIN !== "";
export const apiOrigin = () => API_ORIGIN || window.location.origin;
