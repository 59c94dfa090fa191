/** Mean and standard deviation of red, green and blue in 0..1. */
export interface Normalization {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** ImageNet's, which the published code of InternVL has as constants and every published preprocessor repeats. */
export const imagenetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
