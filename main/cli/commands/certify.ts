import type { Command } from 'commander';
import colours from 'picocolors';
import type { Certificate, Parting, VariantCertificate } from '../../../src/determinism/certificate.ts';
import { certifyStudy } from '../../../src/host/certifyStudy.ts';
import { examples } from '../examples.ts';
import { epochOption, jsonOption, libraryOption, parseEpoch } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { withLibrary } from '../withLibrary.ts';

/** `certify <study>`: which replicates are bit-identical, and where the others first part. */
export function registerCertify(program: Command): void {
  program
    .command('certify')
    .description('say which replicates are bit-identical, and at which step and tensor the others first part')
    .argument('<study>', 'name, id or unique beginning of either')
    .addOption(epochOption())
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('certify quickstart'))
    .action(async (argument: string, options: { epoch?: string; library?: string; json?: boolean }) => {
      const epoch = parseEpoch(options.epoch);
      await withLibrary(options.library, async (library) => {
        const certificate = await certifyStudy(library, argument, epoch);
        if (options.json === true) {
          printJson(certificate);
        } else {
          printText(certificateText(certificate));
        }
      });
    });
}

function certificateText(certificate: Certificate): string {
  const { study, epoch, steps, tensors, variants } = certificate;
  return [
    `${study.name} (${study.id}), to the end of epoch ${epoch}: ${tensors} tensors compared after each of ${steps} steps`,
    '',
    ...variants.flatMap(variantLines),
  ].join('\n');
}

function variantLines({ variant, replicates, bitIdentical, partings }: VariantCertificate): string[] {
  if (bitIdentical === null) {
    return [
      `${variant}: ${replicates < 2 ? 'one replicate, nothing to compare' : 'too little was recorded to tell'}`,
    ];
  }
  if (bitIdentical) {
    return [`${variant}: all ${replicates} replicates are bit-identical`];
  }
  const verdict =
    variant.toUpperCase() === 'CONTROL'
      ? colours.bold(
          colours.red(`${variant}: NOT bit-identical, though nothing in it varies: something else does`),
        )
      : `${variant}: not bit-identical`;
  return [verdict, ...partings.map((parting) => `  ${partingText(parting)}`)];
}

function partingText({
  replicate,
  from,
  step,
  tensor,
  firstOtherBatch,
  configurationDifferences,
}: Parting): string {
  const where =
    step === null
      ? 'has the same weights at every step, but other final predictions'
      : `parts from replicate ${from + 1} at step ${step} (counted from 0), first in ${tensor ?? 'an unnamed tensor'}`;
  const causes = [
    ...(firstOtherBatch === null ? [] : [`other examples or draws from step ${firstOtherBatch} on`]),
    ...configurationDifferences,
  ];
  const why =
    causes.length === 0
      ? 'same batches, same configuration, other initial weights or device noise'
      : causes.join('; ');
  return `replicate ${replicate + 1} ${where}: ${why}`;
}
