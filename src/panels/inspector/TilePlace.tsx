import { useTranslation } from 'react-i18next';
import { useTileText } from '#panels/use-tile-text.ts';

/** Which tile a token is in, where the run has several. */
export function TilePlace({ tile }: { readonly tile: number }) {
  const { t } = useTranslation();
  const { placeOf, nameTile } = useTileText();
  const place = placeOf(tile);
  if (!place) return null;
  return (
    <>
      <dt>{t('inspector.tile')}</dt>
      <dd>
        {place.kind === 'grid'
          ? t('inspector.tilePlace', {
              number: tile + 1,
              count: place.count,
              row: place.row + 1,
              column: place.column + 1,
            })
          : nameTile(tile)}
      </dd>
    </>
  );
}
