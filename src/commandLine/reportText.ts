import { formatBytes } from '../core/deploy/deployMessages';
import type { DeployReport } from './deployRun';

/** How a deploy ended, for a person; with its startup error, where there is one. */
export function sentenceOf(report: DeployReport): string {
  const unwritten = 'unwritten' in report ? report.unwritten : undefined;
  return [sentOf(report), unwritten].filter(Boolean).join('\n');
}

function sentOf(report: DeployReport): string {
  switch (report.outcome) {
    case 'checked': {
      const { version, files, tarBytes } = report;
      const size = `${files.length} files, ${formatBytes(tarBytes)}`;
      const what = report.isRefused ? 'would not be sent like this' : 'would be sent';
      return `${version} ${what}: ${size}.\n${files.join('\n')}`;
    }
    case 'sent':
      return `${report.version} was sent; its job is ${report.job}.`;
    case 'unknown':
      return `${report.version} was sent; how it ended is not known: ${report.reason}`;
    default:
      return endOf(report);
  }
}

function endOf({
  outcome,
  version,
  reason,
  startupError,
}: Extract<DeployReport, { durationMs: number }>): string {
  if (outcome === 'online') return `${version} is online.`;
  const what = {
    failed: `${version} did not come online.`,
    replaced: `${version} did not come online.`,
    incomplete: `${version} is online, but not as expected.`,
    cancelled: `${version} was sent.`,
  }[outcome];
  const error = startupError ? [startupError.message, ...startupError.stack] : [];
  return [what, reason, ...error].filter(Boolean).join('\n');
}
