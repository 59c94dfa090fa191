/** Runs `work` after everything handed in before has settled, whatever became of it. */
export type InTurn = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** A queue of its own: one piece of work at a time, in the order in which they came. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
