import { Aperture } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './camera.module.css';
import { photograph } from './camera.ts';
import { useCamera } from './use-camera.ts';

/** What the camera sees, with the shutter beneath; where there is no picture, why, and what to do about it. */
export function CameraView({ onPicture }: { readonly onPicture: (picture: Blob) => void }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const state = useCamera(video);
  const [isUnwritten, setUnwritten] = useState(false);
  const isLive = state === 'live';

  async function shoot() {
    const picture = video.current && (await photograph(video.current));
    if (picture) onPicture(picture);
    else setUnwritten(true);
  }

  return (
    <>
      <div className={styles.view}>
        <video
          ref={video}
          className={styles.video}
          muted
          playsInline
          data-live={isLive}
          aria-label={t('camera.view')}
        />
        {!isLive && (
          <div className={styles.message} role={state === 'asking' ? 'status' : 'alert'}>
            {state === 'asking' ? (
              <p>{t('camera.asking')}</p>
            ) : (
              <>
                <p className={styles.what}>{t(`camera.failures.${state}.what`)}</p>
                <p>{t(`camera.failures.${state}.remedy`)}</p>
              </>
            )}
          </div>
        )}
      </div>
      {isUnwritten && (
        <p className={styles.problem} role="alert">
          {t('camera.unwritten')}
        </p>
      )}
      <button type="button" className="button" disabled={!isLive} onClick={() => void shoot()}>
        <Aperture size={16} aria-hidden="true" />
        {t('camera.shutter')}
      </button>
    </>
  );
}
