import type { Settings } from '@tollgate/contract/settings';
import type { Storage } from './storage.ts';

/** What is sent at once, and as much of a file as is in memory; the smallest that stores take. */
const partBytes = 5 << 20;

/** A bucket of an S3-compatible store. https://bun.com/docs/runtime/s3 */
export function s3Storage(s3: Settings['media']['results']['s3']): Storage {
  const client = new Bun.S3Client({
    ...(s3.endpoint !== '' && { endpoint: s3.endpoint }),
    region: s3.region,
    bucket: s3.bucket,
    accessKeyId: s3.accessKeyId,
    secretAccessKey: s3.secretAccessKey,
    virtualHostedStyle: s3.virtualHosted,
  });
  const fileOf = (name: string) => client.file(s3.prefix + name);
  return {
    async write(name, mediaType, body) {
      // When the body breaks off it is left without an end: what has come is not there, its parts are for the store to throw away.
      const writer = fileOf(name).writer({ type: mediaType, partSize: partBytes, queueSize: 1, retry: 3 });
      let unsent = 0;
      for await (const chunk of body) {
        await writer.write(chunk);
        unsent += chunk.byteLength;
        if (unsent < partBytes) continue;
        // Else the writer takes whatever comes, however slow the store is.
        await writer.flush();
        unsent = 0;
      }
      await writer.end();
    },
    async open(name, part) {
      const file = fileOf(name);
      if (!(await file.exists())) return undefined;
      return (part ? file.slice(part.from, part.to + 1) : file).stream();
    },
    async remove(name) {
      await fileOf(name)
        .delete()
        .catch((error: unknown) => {
          if (!(error instanceof Error && 'code' in error && error.code === 'NoSuchKey')) throw error;
        });
    },
    link: (name, seconds) => (s3.redirect ? fileOf(name).presign({ expiresIn: seconds }) : undefined),
  };
}
