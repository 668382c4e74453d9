/** Whether people asked their system for less motion. */

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
