import * as vscode from 'vscode';
import type { CommandArguments, CommandId } from './contributions';

/** A tree node hands its commands the argument that stands for it. */
export interface CommandNode {
  readonly commandArgument: object;
}

/** An argument that comes from a person's click, so that there is somebody to ask and to tell. */
class PersonalArgument implements CommandNode {
  constructor(readonly commandArgument: object) {}
}

/** The argument of a command that a person will choose, such as a quick fix. */
export function forPerson(argument: object): CommandNode {
  return new PersonalArgument(argument);
}

/** Runs a command in the name of a person: it may ask, its errors are shown and never thrown. */
export async function runForPerson<Id extends CommandId>(
  id: Id,
  argument: CommandArguments[Id],
): Promise<void> {
  await vscode.commands.executeCommand(id, new PersonalArgument(argument));
}

/** Whether a command was called by a click. */
export function isNode(input: unknown): input is CommandNode {
  return (
    input instanceof PersonalArgument ||
    (input instanceof vscode.TreeItem && 'commandArgument' in input)
  );
}
