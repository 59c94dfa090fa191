/**
 * What an MLP applies to each of its hidden values: in a block of the encoder, and in the connector. `gelu` is the exact
 * one, by erf; `gelu_tanh` its approximation.
 */
export const activations = ['gelu', 'gelu_tanh', 'quick_gelu', 'relu', 'silu'] as const;
export type Activation = (typeof activations)[number];
