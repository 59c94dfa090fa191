/** The same keys as `Source`, each with a text of its own; the compiler names one that is missing or too many. */
export type Translation<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends string ? string : Translation<Source[Key]>;
};
