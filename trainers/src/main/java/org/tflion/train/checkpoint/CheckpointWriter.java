package org.tflion.train.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.train.checkpoint.Manifest.FileEntry;

/**
 * Writes checkpoints.
 *
 * <p>A save writes to a temporary folder, flushes files and folder to the disk, renames the folder,
 * and only then moves {@code latest} over to it, by a rename again. Only when that is on the disk
 * do older checkpoints go, the oldest first, and a folder loses its name before its files. Whoever
 * is stopped in between leaves a complete checkpoint in place, and what is left over is cleared by
 * the next save.
 *
 * @param checkpoints where they lie; the folder must exist
 * @param retention which of the older ones stay
 * @param disk makes the changes
 */
public record CheckpointWriter(Checkpoints checkpoints, Retention retention, Disk disk) {

  private static final String TEMPORARY = ".unfinished";
  private static final String DROPPED = ".dropped";

  /**
   * Saves a checkpoint and drops those that nothing keeps. Checkpoints of later steps belong to a
   * course of the run that was left, and go too.
   *
   * @param manifest without its files
   * @param writer writes the bundle with the prefix that it is given
   * @return the folder
   * @throws CheckpointException if it cannot be written; the older checkpoints stay as they are
   */
  public Path write(Manifest manifest, Consumer<Path> writer) {
    Path target = checkpoints.folder().resolve("step-" + manifest.step());
    try {
      recover();
      fill(temporary(), manifest, writer);
      name(target);
      point(target);
    } catch (IOException | RuntimeException e) {
      throw failure(target, "could not be written", "the newest complete checkpoint is kept", e);
    }
    try {
      prune(manifest.step());
    } catch (IOException | RuntimeException e) {
      throw failure(
          target, "is complete, but older ones could not be deleted", "free disk space", e);
    }
    return target;
  }

  /** Finishes or undoes what a save that was cut off has left. */
  private void recover() throws IOException {
    disk.delete(temporary());
    disk.delete(checkpoints.folder().resolve(DROPPED));
    for (Path old : replaced()) {
      String name = old.getFileName().toString();
      Path own = old.resolveSibling(name.substring(0, name.indexOf('.')));
      if (Files.exists(own)) {
        drop(old);
      } else {
        disk.move(old, own);
      }
    }
  }

  private List<Path> replaced() throws IOException {
    try (Stream<Path> children = Files.list(checkpoints.folder())) {
      return children.filter(child -> child.toString().endsWith(Checkpoints.REPLACED)).toList();
    }
  }

  private void fill(Path folder, Manifest manifest, Consumer<Path> writer) throws IOException {
    disk.makeFolder(folder);
    writer.accept(folder.resolve(Checkpoint.BUNDLE));
    byte[] json = manifest.withFiles(entries(folder)).json();
    disk.write(folder.resolve(Checkpoint.MANIFEST), json);
    disk.write(
        folder.resolve(Checkpoint.MANIFEST_SUM),
        Checkpoint.sum(json).getBytes(StandardCharsets.UTF_8));
    for (Path file : files(folder)) {
      disk.flush(file);
    }
    disk.flush(folder);
  }

  /**
   * An older folder of that name steps aside, and stays a checkpoint until the new one is there.
   */
  private void name(Path target) throws IOException {
    if (Files.exists(target)) {
      disk.move(target, target.resolveSibling(target.getFileName() + Checkpoints.REPLACED));
    }
    disk.move(temporary(), target);
  }

  private void point(Path target) throws IOException {
    pointTo(Checkpoints.LATEST, target);
    if (retention.best()) {
      Optional<Path> best = checkpoints.best(Checkpoints.step(target));
      if (best.isPresent() && !best.get().equals(checkpoints.named(Checkpoints.BEST))) {
        pointTo(Checkpoints.BEST, best.get());
      }
    }
  }

  private void pointTo(String pointer, Path target) throws IOException {
    disk.replace(checkpoints.folder().resolve(pointer), target.getFileName().toString());
  }

  private void prune(long saved) throws IOException {
    for (Path old : replaced()) {
      drop(old);
    }
    List<Path> steps = checkpoints.steps();
    List<Path> past = steps.stream().filter(step -> Checkpoints.step(step) <= saved).toList();
    Set<@Nullable Path> kept = new HashSet<>();
    kept.addAll(past.subList(Math.max(past.size() - retention.latest(), 0), past.size()));
    kept.add(checkpoints.named(Checkpoints.LATEST));
    if (retention.best()) {
      kept.add(checkpoints.named(Checkpoints.BEST));
    }
    for (Path old : steps) {
      long step = Checkpoints.step(old);
      if (step > saved || !(kept.contains(old) || retention.keepsForever(step))) {
        drop(old);
      }
    }
  }

  /** A folder that is half deleted must not look like a checkpoint. */
  private void drop(Path old) throws IOException {
    Path dropped = checkpoints.folder().resolve(DROPPED);
    disk.move(old, dropped);
    disk.delete(dropped);
  }

  private Path temporary() {
    return checkpoints.folder().resolve(TEMPORARY);
  }

  private CheckpointException failure(Path target, String what, String rest, Exception e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new CheckpointException(
        "Checkpoint: %s %s (%s: %s; bytes free on its disk: %s), %s"
            .formatted(target, what, e.getClass().getSimpleName(), reason, free(), rest),
        e);
  }

  private String free() {
    try {
      return String.valueOf(Files.getFileStore(checkpoints.folder()).getUsableSpace());
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static List<FileEntry> entries(Path folder) throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    for (Path file : files(folder)) {
      entries.add(new FileEntry(file.getFileName().toString(), Files.size(file), Digest.of(file)));
    }
    return entries;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
