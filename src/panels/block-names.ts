/** The keys of the names of a shuffled token's four channel blocks, in their order. */
export const blockNames = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;
