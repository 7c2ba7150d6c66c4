package org.tflion.train.checkpoint;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tflion.train.checkpoint.Manifest.Entry;

/**
 * The checkpoints of a run: folders {@code step-N} and a file {@code latest} that names one.
 *
 * <p>A save writes to a temporary folder, flushes files and folder to the disk, renames the folder,
 * and only then moves {@code latest} over to it, by a rename again. Whoever is stopped in between
 * leaves the older checkpoint in place, and at most a temporary folder that the next save clears.
 *
 * @param folder where they lie
 * @param keep how many of the newest stay
 */
public record Checkpoints(Path folder, int keep) {

  private static final String LATEST = "latest";
  private static final String STEP = "step-\\d{1,18}";
  private static final String TEMPORARY = ".unfinished";

  /**
   * Saves a checkpoint and drops the oldest beyond {@link #keep}.
   *
   * @param manifest without its files
   * @param writer writes the bundle with the prefix that it is given
   * @return the folder
   * @throws CheckpointException if it cannot be written; the older checkpoints stay as they are
   */
  public Path save(Manifest manifest, Consumer<Path> writer) {
    try {
      return write(manifest, writer);
    } catch (IOException | RuntimeException e) {
      throw unwritten(folder.resolve("step-" + manifest.step()), e);
    }
  }

  private Path write(Manifest manifest, Consumer<Path> writer) throws IOException {
    Path temporary = folder.resolve(TEMPORARY);
    delete(temporary);
    Files.createDirectories(temporary);
    writer.accept(temporary.resolve(Checkpoint.BUNDLE));
    Manifest complete = manifest.withFiles(entries(temporary));
    complete.write(temporary.resolve(Checkpoint.MANIFEST));
    for (Path file : files(temporary)) {
      DurableFile.flush(file);
    }
    DurableFile.flush(temporary);

    Path target = folder.resolve("step-" + manifest.step());
    delete(target);
    Files.move(temporary, target, ATOMIC_MOVE);
    DurableFile.replace(folder.resolve(LATEST), target.getFileName().toString());
    prune(target);
    return target;
  }

  private CheckpointException unwritten(Path target, Exception e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new CheckpointException(
        "Checkpoint: "
            + target
            + " could not be written ("
            + e.getClass().getSimpleName()
            + ": "
            + reason
            + "; bytes free on its disk: "
            + free()
            + "), the newest complete checkpoint is kept",
        e);
  }

  private String free() {
    try {
      return String.valueOf(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException e) {
      return "unknown";
    }
  }

  private void prune(Path latest) throws IOException {
    List<Path> all = steps();
    for (Path old : all.subList(0, Math.max(all.size() - keep, 0))) {
      if (!old.equals(latest)) {
        delete(old);
      }
    }
  }

  /** Whether no save has got as far as giving a checkpoint its name. */
  public boolean isEmpty() {
    try {
      return !Files.exists(folder)
          || (Files.isDirectory(folder)
              && !Files.exists(folder.resolve(LATEST))
              && steps().isEmpty());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<Path> steps() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> child.getFileName().toString().matches(STEP))
          .sorted(Comparator.comparingLong(Checkpoints::step))
          .toList();
    }
  }

  private static long step(Path folder) {
    return Long.parseLong(folder.getFileName().toString().substring("step-".length()));
  }

  /**
   * The newest complete checkpoint, with every byte of it checked.
   *
   * @return empty if the run has not saved one
   * @throws CheckpointException if it is damaged or of another format
   */
  public Optional<Checkpoint> latest() {
    Path pointer = folder.resolve(LATEST);
    if (isEmpty()) {
      return Optional.empty();
    }
    try {
      if (!Files.exists(pointer)) {
        throw new CheckpointException(
            "Checkpoint: "
                + pointer
                + " is missing; it must contain the name of the newest folder beside it, "
                + steps().stream()
                    .reduce((older, newer) -> newer)
                    .map(Path::getFileName)
                    .orElseThrow());
      }
      String name = Files.readString(pointer, StandardCharsets.ISO_8859_1).strip();
      if (!name.matches(STEP)) {
        throw new CheckpointException("Checkpoint: " + pointer + " must name a folder step-N");
      }
      return Optional.of(read(folder.resolve(name)));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CheckpointException unreadable(IOException e) {
    return new CheckpointException(
        "Checkpoint: "
            + folder
            + " must be readable (got "
            + e.getClass().getSimpleName()
            + ": "
            + e.getMessage()
            + ")",
        e);
  }

  private static Checkpoint read(Path folder) throws IOException {
    Path file = folder.resolve(Checkpoint.MANIFEST);
    Manifest manifest = Manifest.read(file);
    if (manifest.step() != step(folder)) {
      throw new CheckpointException(
          "Checkpoint: " + file + " is damaged: it is of step " + manifest.step());
    }
    List<String> names = manifest.files().stream().map(Entry::name).toList();
    for (String part : Checkpoint.BUNDLE_FILES) {
      if (!names.contains(part)) {
        throw new CheckpointException(
            "Checkpoint: " + file + " is damaged: it does not list " + part);
      }
    }
    for (Entry entry : manifest.files()) {
      check(folder.resolve(entry.name()), entry);
    }
    return new Checkpoint(folder, manifest);
  }

  private static void check(Path file, Entry entry) throws IOException {
    if (!Files.exists(file)) {
      throw new CheckpointException("Checkpoint: " + file + " is missing");
    }
    if (Files.size(file) != entry.size()) {
      throw new CheckpointException(
          "Checkpoint: "
              + file
              + " is damaged: it must be "
              + entry.size()
              + " bytes long (got "
              + Files.size(file)
              + ")");
    }
    String digest = Digest.of(file);
    if (!digest.equals(entry.sha256())) {
      throw new CheckpointException(
          "Checkpoint: " + file + " is damaged: its SHA-256 is not the one it was saved with");
    }
  }

  private static List<Entry> entries(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files(folder)) {
      entries.add(new Entry(file.getFileName().toString(), Files.size(file), Digest.of(file)));
    }
    return entries;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
