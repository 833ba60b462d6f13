import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The walls between src/core, src/runtime and src/editor: README, "A map of the house". */
const wall = (name, patterns) => ({
  files: [`src/${name}/**/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const editorFeatures = ['accounts', 'deploy', 'handlers', 'logs', 'project', 'runtime', 'services'];
const noRuntime = {
  regex: '(^|/)\\.\\./runtime/(?!runtimeProcess|runtimeCommands)',
  message: 'Talk HTTP to the runtime.',
};
const noVscode = {
  regex: '^vscode$',
  message: 'Only src/editor and src/extension.ts know the editor.',
};
const noAxios = { regex: '^axios$', message: 'Only core/kinvey/httpExchange.ts speaks HTTP.' };

export default defineConfig(
  globalIgnores(['dist', 'out', 'node_modules', 'test/fixtures']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts', 'src/*/entry.ts'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  wall('core', [
    noVscode,
    noAxios,
    { regex: '(^|/)(editor|runtime)/', message: 'core knows neither the editor nor the runtime.' },
  ]),
  {
    files: ['src/core/kinvey/httpExchange.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [noVscode] }] },
  },
  wall('commandLine', [
    noVscode,
    noAxios,
    { regex: '(^|/)(editor|runtime)/', message: 'It deploys with what core knows.' },
  ]),
  wall('runtime', [
    noVscode,
    noAxios,
    { regex: '(^|/)editor/', message: 'The runtime is a process of its own.' },
    {
      regex: '(^|/)core/(?!base/|kinvey/apiTypes)',
      message: 'The runtime imports core/base and core/kinvey/apiTypes only.',
    },
  ]),
  wall('editor', [
    noAxios,
    { regex: '(^|/)runtime/(?!runtimeProcess)', message: 'Talk HTTP to the runtime.' },
  ]),
  ...editorFeatures.map((feature) =>
    wall(`editor/${feature}`, [
      noAxios,
      noRuntime,
      {
        regex: `^(?:\\.\\./)+(${editorFeatures.filter((other) => other !== feature).join('|')})/`,
        message: 'A feature folder of editor never imports another one.',
      },
    ]),
  ),
);
