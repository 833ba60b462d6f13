/** A question that a deploy, or what belongs to one, asks a person. */
export interface Question {
  /** The file in src/editor that asks. */
  readonly from: string;
  /** What it says, as the source has it. */
  readonly says: string;
  /** How a person comes to it; none where the state is special. */
  readonly paths?: readonly Path[];
  /** Which test says no to it in a special state. */
  readonly walkedBy?: string;
}

export interface Path {
  /** A command of the palette, or the keys of one with an argument. */
  readonly command: string;
  /** The answers to what is asked before. */
  readonly answers?: readonly Answer[];
  /** A dialog has a button that says no, a box knows Escape only. */
  readonly isDialog?: boolean;
  /** `faulty`: it requires what is missing, and reads a variable that is not set; else without its entry file. */
  readonly folder?: 'faulty' | 'unsendable';
  /** What is said in that folder, as the source of another file has it. */
  readonly says?: string;
}

/** A row to choose, or a text for the box that says this. */
export type Answer = { readonly pick: string } | { readonly type: string; readonly to: string };

/** A key binding that leaves one question of a deploy. */
export const againAsPatch = {
  key: 'Shift+F9',
  command: 'flexservice.deploy.again',
  args: { version: '1.0.1', bump: 'patch' },
};

const deploy = 'Flex: Deploy';
const again = 'Flex: Deploy Again as a New Version';
const fix = 'Flex: Fix Deploy Problem';
const variables = 'Flex: Change Variables';
const create = 'Flex: Create Service';
const named = [
  { type: 'never', to: 'Name of the new service' },
  { type: '', to: 'Description' },
  { type: 'Development', to: 'first environment' },
];

/** Every one of them: test/unit/questions.test.ts finds what is missing here. */
export const questions: readonly Question[] = [
  {
    from: 'deploy/version/versionPick.ts',
    says: 'Other…',
    paths: [{ command: deploy }, { command: again, answers: [{ pick: '1.0.1' }] }],
  },
  {
    from: 'deploy/version/versionPick.ts',
    says: 'The version to deploy, such as 1.2.3 or 1.2.3-beta.1',
    paths: [{ command: deploy, answers: [{ pick: 'Other…' }] }],
  },
  {
    from: 'deploy/version/versionPick.ts',
    says: 'The tag of the prerelease, such as beta; empty for none',
    paths: [{ command: deploy, answers: [{ pick: 'Prerelease' }] }],
  },
  {
    from: 'deploy/version/versionChoice.ts',
    says: 'Deploy {0} {1} to {2}?',
    paths: [{ command: againAsPatch.key, isDialog: true }],
  },
  {
    from: 'deploy/checks/sendQuestion.ts',
    says: '{0}: look at this before it is sent',
    paths: [
      { command: deploy, answers: [{ pick: 'Patch' }], isDialog: true },
      {
        command: deploy,
        isDialog: true,
        folder: 'unsendable',
        says: '{0} cannot be deployed yet',
      },
      { command: deploy, answers: [{ pick: 'Patch' }], isDialog: true, folder: 'faulty' },
    ],
    walkedBy: 'offers to follow what somebody else deploys, instead of deploying over it',
  },
  {
    from: 'deploy/checks/findingFixes.ts',
    says: 'What the last deploy of {0} found',
    paths: [{ command: fix, folder: 'faulty' }],
  },
  {
    from: 'deploy/checks/findingFixes.ts',
    says: 'The value that the service environment is to have for {0}',
    paths: [{ command: fix, answers: [{ pick: 'Deploy with UNSET_HERE…' }], folder: 'faulty' }],
  },
  {
    from: 'deploy/sent/deployAgain.ts',
    says: 'Which version is to be sent again?',
    paths: [{ command: again }],
  },
  {
    from: 'deploy/history/deploymentNotes.ts',
    says: 'Shown in the Deployments view; empty takes it away',
    paths: [{ command: 'Flex: Edit Note of Deployment' }],
  },
  {
    from: 'services/serviceCommands.ts',
    says: 'Recycle {0} · {1}?',
    paths: [{ command: 'Flex: Recycle Service', isDialog: true }],
  },
  {
    from: 'services/serviceCommands.ts',
    says: 'What do you want to do?',
    paths: [{ command: 'Flex: Show Actions' }],
  },
  {
    from: 'services/variableQuestion.ts',
    says: 'Choose a variable to change or remove it, or add one',
    paths: [{ command: variables }],
  },
  {
    from: 'services/variableQuestion.ts',
    says: 'Name of the new variable',
    paths: [{ command: variables, answers: [{ pick: 'Add a Variable…' }] }],
  },
  {
    from: 'services/variableQuestion.ts',
    says: 'Value of {0}',
    paths: [
      {
        command: variables,
        answers: [{ pick: 'Add a Variable…' }, { type: 'NEW', to: 'Name of the new variable' }],
      },
    ],
  },
  {
    from: 'services/variableQuestion.ts',
    says: 'Import',
    paths: [{ command: variables, answers: [{ pick: 'Import a .env File…' }] }],
  },
  {
    from: 'services/variableQuestion.ts',
    says: 'Remove It',
    paths: [{ command: variables, answers: [{ pick: 'MAIL_HOST' }] }],
  },
  {
    from: 'services/environmentCommands.ts',
    says: 'Update {0}?',
    paths: [
      {
        command: variables,
        answers: [{ pick: 'MAIL_HOST' }, { pick: 'Remove It' }],
        isDialog: true,
      },
    ],
  },
  {
    from: 'services/runtimeQuestion.ts',
    says: 'Kinvey runs 6 to 12, the FlexService Runtime all of these',
    paths: [{ command: 'Flex: Change Node.js Version' }],
  },
  {
    from: 'services/createService.ts',
    says: 'Which organization owns it?',
    walkedBy: 'are told why one was not created, also where it cannot be taken back',
  },
  {
    from: 'services/createService.ts',
    says: 'Name of the new service in {0}',
    paths: [{ command: create }],
  },
  {
    from: 'services/createService.ts',
    says: 'Description (may stay empty)',
    paths: [{ command: create, answers: named.slice(0, 1) }],
  },
  {
    from: 'services/createService.ts',
    says: 'Name of its first environment',
    paths: [{ command: create, answers: named.slice(0, 2) }],
  },
  {
    from: 'services/createService.ts',
    says: 'Shared secret. Press Enter to keep this random one of 256 bits, or type your own',
    paths: [{ command: create, answers: named }],
  },
  {
    from: 'services/createService.ts',
    says: '{0} was created. Bind this folder to it?',
    walkedBy: 'leaves the folder bound as it is where a new service is not to be bound',
  },
  {
    from: 'project/projectCommands.ts',
    says: 'Unbind {0}?',
    paths: [{ command: 'Flex: Unbind Folder', isDialog: true }],
  },
  {
    from: 'project/projectCommands.ts',
    says: 'Which Flex service does this folder hold?',
    paths: [{ command: 'Flex: Bind Folder to a Service' }],
  },
  {
    from: 'targets.ts',
    says: 'Which account?',
    walkedBy: 'keeps a second account, and says when its session has expired',
  },
  {
    from: 'targets.ts',
    says: 'Which folder?',
    walkedBy: 'starts with F5 what the active editor belongs to, in a window of several folders',
  },
  {
    from: 'preflightDialog.ts',
    says: 'Bind Folder',
    walkedBy: 'lists all that keeps a folder from being deployed, in one dialog',
  },
];
