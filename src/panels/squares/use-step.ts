import { useTranslation } from 'react-i18next';
import { useApp } from '#panels/use-app.ts';
import { useGridText } from '#panels/use-grid-text.ts';
import type { Square } from '#state/lineage.ts';

export interface Step {
  readonly name: string;
  readonly detail: string;
}

/** The step that leads from `square` to the next one, as the loaded model takes it; null where the path ends. */
export function useStep(square: Square): Step | null {
  const { t } = useTranslation();
  const model = useApp((state) => state.model);
  const { numbers } = useGridText(model?.grid);
  switch (square) {
    case 'image': {
      const detail = model?.layout === 'onnx' ? t('squares.steps.encodeOnnx') : '';
      const blocks = model?.layers;
      return {
        name: t('squares.steps.encode'),
        detail: blocks ? t('squares.steps.encodeDetail', { count: blocks }) : detail,
      };
    }
    case 'selected':
      return { name: t('squares.steps.drop'), detail: t('squares.steps.dropDetail') };
    case 'dropped':
      return { name: t('squares.steps.shuffle'), detail: t('squares.steps.shuffleDetail', numbers) };
    case 'shuffled':
      if (model && model.tokenSize === null) return null;
      return { name: t('squares.steps.connect'), detail: t('squares.steps.connectDetail') };
    case 'tokens':
      return null;
  }
}
