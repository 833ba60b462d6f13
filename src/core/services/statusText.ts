import type { ServiceStatus } from '../kinvey/apiTypes';

/** What a status means to a person. */
export interface StatusLook {
  /** The API's word, such as ONLINE. */
  word: string;
  /** In words: 'Online: 1.0.3 answers pings'. */
  sentence: string;
  severity: 'ok' | 'busy' | 'idle' | 'error' | 'unknown';
}

/** Whether a rollout is on its way, so that looking again soon is worth it. */
export function isChanging(status: ServiceStatus): boolean {
  return lookOf(status).severity === 'busy';
}

/** Contract 4.7: the status' own version serves, `deployment` is the latest rollout. */
export function lookOf(status: ServiceStatus): StatusLook {
  const word = status.status.toUpperCase() || 'UNKNOWN';
  return { word, ...meaningOf(word, status) };
}

/** As short as can be: `ONLINE 1.0.3`, and what failed since, as in `ONLINE 1.0.3, 1.0.4 failed`. */
export function shortTextOf(status: ServiceStatus): string {
  const { version, deployment } = status;
  const { word, severity } = lookOf(status);
  const known = [word, version].filter(Boolean).join(' ');
  if (severity !== 'error' || deployment?.status !== 'ERROR') {
    return known;
  }
  if (deployment.version !== version) {
    return `${known}, ${deployment.version} failed`;
  }
  return word === 'ERROR' ? known : `${known}, last rollout failed`;
}

type Meaning = Omit<StatusLook, 'word'>;

function meaningOf(word: string, status: ServiceStatus): Meaning {
  switch (word) {
    case 'NEW':
      return newMeaning(status);
    case 'ONLINE':
      return onlineMeaning(status);
    case 'BUILDING':
      return { severity: 'busy', sentence: rolloutSentence('Building', 'is being built', status) };
    case 'DEPLOYING':
      return {
        severity: 'busy',
        sentence: rolloutSentence('Deploying', 'is being started', status),
      };
    case 'UPDATING':
      return {
        severity: 'busy',
        sentence: rolloutSentence('Updating', 'is being rolled out', status),
      };
    case 'ERROR':
      return { severity: 'error', sentence: errorSentence(status) };
    default:
      return {
        severity: 'unknown',
        sentence: word === 'UNKNOWN' ? 'Unknown: the instance tells no status' : `Unknown: ${word}`,
      };
  }
}

function newMeaning({ deployment }: ServiceStatus): Meaning {
  if (deployment?.status === 'ERROR') {
    return { severity: 'error', sentence: `Error: ${deployment.version} did not start` };
  }
  return deployment?.status === 'RUNNING'
    ? { severity: 'busy', sentence: `New: ${deployment.version} is being rolled out` }
    : { severity: 'idle', sentence: 'Never deployed' };
}

/** A failed rollout leaves the version before it serving: online, and yet something to look at. */
function onlineMeaning({ version, deployment }: ServiceStatus): Meaning {
  const online = `Online: ${version ?? 'the service'} answers pings`;
  if (deployment?.status === 'RUNNING') {
    return { severity: 'busy', sentence: `${online}, ${deployment.version} is being rolled out` };
  }
  if (deployment?.status !== 'ERROR') {
    return { severity: 'ok', sentence: online };
  }
  const failed =
    deployment.version === version
      ? 'its last rollout failed'
      : `${deployment.version} did not start`;
  return { severity: 'error', sentence: `${online}, but ${failed}` };
}

function rolloutSentence(
  state: string,
  what: string,
  { version, deployment }: ServiceStatus,
): string {
  const next = deployment?.status === 'RUNNING' ? deployment.version : version;
  if (state === 'Updating' && next !== undefined && next === version) {
    return `Updating: ${version} is being restarted`;
  }
  const serving = version === undefined || version === next ? '' : `, ${version} serves meanwhile`;
  return `${state}: ${next ?? 'the service'} ${what}${serving}`;
}

function errorSentence({ version, deployment }: ServiceStatus): string {
  if (deployment?.status !== 'ERROR') {
    return `Error: ${version ?? 'the service'} does not answer pings`;
  }
  const serving =
    version === undefined || version === deployment.version ? '' : `; ${version} still serves`;
  return `Error: ${deployment.version} did not start${serving}`;
}
