import type { Json } from '../results/record.ts';
import type { WorkOrder } from '../study/replicate.ts';
import type { Study } from '../study/study.ts';
import * as claims from './claims.ts';
import type { Connection } from './connection.ts';
import { readDataset, type StoredDataset } from './datasets.ts';
import * as discarded from './discardedStudies.ts';
import * as drafts from './drafts.ts';
import * as evidence from './evidence.ts';
import { finalAccuracies, type FinalAccuracy } from './finalAccuracies.ts';
import { describeImported, ingest, type IngestBatch } from './ingestion.ts';
import * as measurements from './measurements.ts';
import { mergeLibrary, type Merged } from './merge.ts';
import { openConnection, type OpeningOptions } from './open.ts';
import * as overheads from './overheads.ts';
import * as replicates from './replicates.ts';
import { studyRevision } from './revision.ts';
import * as figures from './savedFigures.ts';
import * as studies from './studies.ts';
import { writeStudyCopy } from './studyCopy.ts';
import * as tags from './tags.ts';

/**
 * The SQLite file that holds studies. It is used on a thread of its own, through a LibraryClient: every call blocks.
 * A `study` is an id, a name or a unique beginning of either. Every method throws NoisefloorErrors: `library-locked`,
 * `library-damaged`, `disk-full`, `library-not-writable`, `library-io` whatever it does, and what its own subject says.
 */
export class Library {
  readonly #connection: Connection;
  readonly #now: () => number;

  private constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /**
   * Opens a library, making it where there is none.
   * @throws what {@link openConnection} throws.
   */
  static open(path: string, options: OpeningOptions & { now?: () => number } = {}): Library {
    return new Library(openConnection(path, options), options.now ?? Date.now);
  }

  /** Where the library is: absolute. */
  path(): string {
    return this.#connection.path;
  }

  /** @see studies.createStudy */
  createStudy(study: Study, workOrders: readonly WorkOrder[], dataset: StoredDataset | null): string {
    return studies.createStudy(
      this.#connection,
      study,
      workOrders,
      dataset,
      new Date(this.#now()).toISOString(),
    );
  }

  /** @see studies.extendStudy */
  extendStudy(studyId: string, study: Study, workOrders: readonly WorkOrder[]): number {
    return studies.extendStudy(this.#connection, studyId, study, workOrders);
  }

  /** Every study, the newest first. */
  listStudies(): studies.StudySummary[] {
    return studies.listStudies(this.#connection);
  }

  /** @see studies.studyDetail */
  study(study: string): studies.StudyDetail {
    return studies.studyDetail(this.#connection, study);
  }

  setStudyNotes(study: string, notes: string): void {
    studies.setStudyNotes(this.#connection, study, notes);
  }

  /** @see studies.renameStudy */
  renameStudy(study: string, name: string): void {
    studies.renameStudy(this.#connection, study, name);
  }

  /** @see studies.deleteStudy */
  deleteStudy(study: string): { id: string; name: string; resultsFolder: string } {
    return studies.deleteStudy(this.#connection, study, this.#now() - claims.claimExpiryMilliseconds);
  }

  /** @see discarded.discardStudy */
  discardStudy(study: string): discarded.DiscardedStudy {
    const now = this.#now();
    const at = new Date(now).toISOString();
    return discarded.discardStudy(this.#connection, study, at, now - claims.claimExpiryMilliseconds);
  }

  /** @see discarded.discardedStudies */
  discardedStudies(): discarded.DiscardedStudy[] {
    return discarded.discardedStudies(this.#connection);
  }

  /** @see discarded.restoreStudy */
  restoreStudy(id: string): void {
    discarded.restoreStudy(this.#connection, id);
  }

  /** @see discarded.purgeStudies */
  purgeStudies(before: string): { id: string; resultsFolder: string }[] {
    return discarded.purgeStudies(this.#connection, before);
  }

  /** @see drafts.listDrafts */
  listDrafts(): drafts.DraftSummary[] {
    return drafts.listDrafts(this.#connection);
  }

  /** @see drafts.readDraft */
  draft(id: string): drafts.Draft {
    return drafts.readDraft(this.#connection, id);
  }

  /** @see drafts.saveDraft */
  saveDraft(draft: Pick<drafts.Draft, 'id' | 'name' | 'content'>): void {
    drafts.saveDraft(this.#connection, { ...draft, updated: new Date(this.#now()).toISOString() });
  }

  /** @see drafts.deleteDraft */
  deleteDraft(id: string): void {
    drafts.deleteDraft(this.#connection, id);
  }

  /** @see figures.savedFigures */
  savedFigures(study: string): figures.SavedFigure[] {
    return figures.savedFigures(this.#connection, study);
  }

  /** @see figures.saveFigure */
  saveFigure(study: string, saved: Pick<figures.SavedFigure, 'figure' | 'edits'>): void {
    const updated = new Date(this.#now()).toISOString();
    figures.saveFigure(this.#connection, study, { ...saved, updated });
  }

  /** @see figures.resetFigure */
  resetFigure(study: string, figure: string): void {
    figures.resetFigure(this.#connection, study, figure);
  }

  /** @see overheads.createOverhead */
  createOverhead(overhead: Pick<overheads.StoredOverhead, 'id' | 'preset' | 'definition'>): void {
    const created = new Date(this.#now()).toISOString();
    overheads.createOverhead(this.#connection, { ...overhead, created });
  }

  /** @see overheads.addOverheadTrial */
  addOverheadTrial(id: string, trial: overheads.StoredTrial): void {
    overheads.addOverheadTrial(this.#connection, id, trial);
  }

  /** @see overheads.failOverhead */
  failOverhead(id: string, failure: { model: string; reason: string }): void {
    overheads.failOverhead(this.#connection, id, failure);
  }

  /** @see overheads.addOverheadProfile */
  addOverheadProfile(id: string, profile: overheads.StoredProfile): void {
    overheads.addOverheadProfile(this.#connection, id, profile);
  }

  /** @see overheads.listOverheads */
  listOverheads(): overheads.StoredOverhead[] {
    return overheads.listOverheads(this.#connection);
  }

  /** @see replicates.replicatesOf */
  replicates(study: string): replicates.Replicate[] {
    return replicates.replicatesOf(this.#connection, study);
  }

  /** @see replicates.listReplicates */
  listReplicates(study: string): replicates.ListedReplicate[] {
    return replicates.listReplicates(this.#connection, study);
  }

  /** @see replicates.replicateById */
  replicate(id: string): replicates.Replicate {
    return replicates.replicateById(this.#connection, id);
  }

  /** Leaves a replicate out of measures, saying why. */
  excludeReplicate(id: string, reason: string): void {
    replicates.setExclusion(this.#connection, id, reason);
  }

  /** Takes an excluded replicate in again. */
  includeReplicate(id: string): void {
    replicates.setExclusion(this.#connection, id, null);
  }

  /** @see replicates.setExclusions */
  setExclusions(exclusions: readonly { id: string; reason: string | null }[]): void {
    replicates.setExclusions(this.#connection, exclusions);
  }

  /** @see tags.setReplicateTags */
  setReplicateTags(changes: readonly tags.TagsOfReplicate[]): void {
    tags.setReplicateTags(this.#connection, changes);
  }

  setReplicateNotes(id: string, notes: string): void {
    replicates.setReplicateNotes(this.#connection, id, notes);
  }

  /** @see claims.replicateClaims */
  replicateClaims(study: string): claims.ReplicateClaim[] {
    return claims.replicateClaims(this.#connection, study);
  }

  /** @see claims.claimNext */
  claimNext(study: string, host: string, options: claims.ClaimOptions = {}): replicates.Replicate | null {
    return claims.claimNext(this.#connection, study, host, this.#now(), options);
  }

  /** @see claims.heartbeat */
  heartbeat(host: string): string[] {
    return claims.heartbeat(this.#connection, host, this.#now());
  }

  /** @see claims.releaseReplicate */
  releaseReplicate(id: string, host: string, release: claims.Release | null = null): boolean {
    return claims.releaseReplicate(this.#connection, id, host, release);
  }

  /** @see ingest */
  ingest(replicateId: string, batch: IngestBatch): { stored: boolean; offset: number } {
    return ingest(this.#connection, replicateId, batch);
  }

  /** @see readDataset */
  dataset(hash: string): StoredDataset {
    return readDataset(this.#connection, hash);
  }

  /** @see finalAccuracies */
  finalAccuracies(): FinalAccuracy[] {
    return finalAccuracies(this.#connection);
  }

  /** @see studyRevision */
  studyRevision(study: string): string {
    return studyRevision(this.#connection, study);
  }

  /** @see measurements.studyMetrics */
  metrics(study: string): measurements.StudyMetrics {
    return measurements.studyMetrics(this.#connection, study);
  }

  /** @see measurements.predictionEpochs */
  predictionEpochs(study: string): measurements.RecordedPredictions[] {
    return measurements.predictionEpochs(this.#connection, study);
  }

  /** @see measurements.predictionsAt */
  predictionsAt(study: string, epoch: number): measurements.ReplicatePredictions[] {
    return measurements.predictionsAt(this.#connection, study, epoch);
  }

  /** @see measurements.keptCheckpoints */
  keptCheckpoints(study: string): measurements.KeptCheckpoint[] {
    return measurements.keptCheckpoints(this.#connection, study);
  }

  /** @see evidence.replicateLogits */
  logits(replicateId: string, epoch: number): Uint16Array | null {
    return evidence.replicateLogits(this.#connection, replicateId, epoch);
  }

  /** @see evidence.replicateFingerprints */
  fingerprints(replicateId: string, epoch: number | null = null): evidence.ReplicateFingerprints {
    return evidence.replicateFingerprints(this.#connection, replicateId, epoch);
  }

  /** @see evidence.checkpointEpochs */
  checkpointEpochs(replicateId: string): { epoch: number; bytes: number }[] {
    return evidence.checkpointEpochs(this.#connection, replicateId);
  }

  /** @see evidence.replicateCheckpoint */
  checkpoint(replicateId: string, epoch: number | null = null): evidence.StoredCheckpoint | null {
    return evidence.replicateCheckpoint(this.#connection, replicateId, epoch);
  }

  /** @see mergeLibrary */
  mergeLibrary(path: string): Promise<Merged> {
    return mergeLibrary(this.#connection, path);
  }

  /** @see ingestion.describeImported */
  describeImported(replicateId: string, machine: Json): void {
    describeImported(this.#connection, replicateId, machine);
  }

  /** @see writeStudyCopy */
  writeStudyCopy(study: string, target: string): void {
    writeStudyCopy(this.#connection, study, target);
  }

  close(): void {
    this.#connection.close();
  }
}
