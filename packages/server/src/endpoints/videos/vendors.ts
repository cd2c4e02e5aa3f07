import { midjourneyEgress } from '@tollgate/wire/protocols/midjourney/tasks';
import { sunoEgress } from '@tollgate/wire/protocols/suno/tasks';
import type { TaskEgress, VideoEgress } from '@tollgate/wire/ir/videos';
import type { ProtocolId } from '@tollgate/wire/protocol';
import { arkVideosEgress } from '@tollgate/wire/protocols/ark/videos';
import { dashscopeVideosEgress } from '@tollgate/wire/protocols/dashscope/videos';
import { klingVideosEgress } from '@tollgate/wire/protocols/kling/videos';
import { viduVideosEgress } from '@tollgate/wire/protocols/vidu/videos';
import { jimengVideosEgress } from '@tollgate/wire/protocols/jimeng/videos';
import { runwayVideosEgress } from '@tollgate/wire/protocols/runway/videos';
import { lumaVideosEgress } from '@tollgate/wire/protocols/luma/videos';
import { replicateVideosEgress } from '@tollgate/wire/protocols/replicate/videos';
import { minimaxVideosEgress } from '@tollgate/wire/protocols/minimax/videos';
import { veoVideosEgress } from '@tollgate/wire/protocols/gemini/videos';
import { xaiVideosEgress } from '@tollgate/wire/protocols/xai/videos';
import { zhipuVideosEgress } from '@tollgate/wire/protocols/zhipu/videos';
import { openaiVideosEgress } from '@tollgate/wire/protocols/openai-media/videos';

/** Every protocol that videos are asked in. Adding one is a file of `wire` and a line here. */
const egresses: Readonly<Partial<Record<ProtocolId, VideoEgress>>> = {
  'openai-chat': openaiVideosEgress,
  dashscope: dashscopeVideosEgress,
  ark: arkVideosEgress,
  minimax: minimaxVideosEgress,
  xai: xaiVideosEgress,
  zhipu: zhipuVideosEgress,
  gemini: veoVideosEgress,
  kling: klingVideosEgress,
  vidu: viduVideosEgress,
  jimeng: jimengVideosEgress,
  runway: runwayVideosEgress,
  luma: lumaVideosEgress,
  replicate: replicateVideosEgress,
};

/** What else is made while nobody waits. */
const otherTasks: Readonly<Partial<Record<ProtocolId, TaskEgress>>> = {
  suno: sunoEgress,
  midjourney: midjourneyEgress,
};

export const speaksOfVideos = (protocol: ProtocolId): boolean => egresses[protocol] !== undefined;

/** Throws for a protocol that nobody was asked in. */
export function videoEgress(protocol: ProtocolId): VideoEgress {
  const egress = egresses[protocol];
  if (!egress) throw new Error(`videos are not asked for in ${protocol}`);
  return egress;
}

/** How a protocol tells of its tasks, of whatever kind. Throws for one that nobody was asked in. */
export const taskEgress = (protocol: ProtocolId): TaskEgress => otherTasks[protocol] ?? videoEgress(protocol);
