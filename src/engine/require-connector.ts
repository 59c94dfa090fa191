import { TokenLensError } from '#errors.ts';
import type { FinishedRun } from './run.ts';

/**
 * The connector of a run, to run it once more.
 *
 * @throws TokenLensError `tensor-unavailable` without one, or once its model is no longer loaded and its weights are gone.
 */
export function requireConnector({
  connector,
  model,
  isModelReleased,
}: Pick<FinishedRun, 'connector' | 'isModelReleased'> & { readonly model: Pick<FinishedRun['model'], 'name'> }) {
  if (connector && !isModelReleased()) return connector;
  const reason = connector ? `${model.name} is no longer loaded` : 'the checkpoint has no connector';
  throw new TokenLensError('tensor-unavailable', 'connector', { tensor: 'the layers of the connector', reason });
}
