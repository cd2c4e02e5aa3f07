import { addressOf } from '../../lib/base.ts';
import { useSite } from '../../lib/site.ts';

/** Links lead the whole window away, or open another. */
const still = 'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation';
/** Of another site: it is at home at its own address, and never at ours. */
const lively = `${still} allow-scripts allow-same-origin allow-forms`;

/** The operator's own first page, in a frame that keeps it away from the console. */
export default function OwnLanding() {
  const site = useSite().data;
  if (site === undefined || site.firstPage === null) return null;
  const { url, scripts } = site.firstPage;
  return (
    <>
      <h1 className="sr-only">{site.name}</h1>
      <iframe
        title={site.name}
        src={scripts ? url : addressOf(url)}
        sandbox={scripts ? lively : still}
        referrerPolicy="no-referrer"
        className="block w-full grow border-0"
      />
    </>
  );
}
