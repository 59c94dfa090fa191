/** How the heads of a block become one, in the order of the shader's constant. */
export const headFusions = ['mean', 'max', 'min'] as const;
export type HeadFusion = (typeof headFusions)[number];
