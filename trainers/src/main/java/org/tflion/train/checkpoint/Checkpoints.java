package org.tflion.train.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a run: folders {@code step-N}, a file {@code latest} that names the newest,
 * and a file {@code best} that names the one with the lowest validation loss, where that is kept.
 *
 * @param folder where they lie
 */
public record Checkpoints(Path folder) {

  static final String LATEST = "latest";
  static final String BEST = "best";

  private static final String STEP = "step-\\d{1,18}";

  /** A folder that a new one of the same step is about to take the place of. */
  static final String REPLACED = ".replaced";

  /**
   * A good checkpoint.
   *
   * @param checkpoint the newest that is good
   * @param faults of those that would have come before it, a sentence each
   */
  public record Found(Checkpoint checkpoint, List<String> faults) {

    public Found {
      faults = List.copyOf(faults);
    }

    /** The faults, each with what is done about it. */
    public List<String> warnings() {
      String step = "; taking step " + checkpoint.manifest().step() + " instead";
      return faults.stream().map(fault -> fault + step).toList();
    }
  }

  /** Whether no save has got as far as giving a checkpoint its name. */
  public boolean isEmpty() {
    try {
      return !Files.exists(folder)
          || (Files.isDirectory(folder)
              && !Files.exists(folder.resolve(LATEST))
              && candidates().isEmpty());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The checkpoint that {@code latest} names, or the newest other one that is good where that one
   * is damaged; every byte of it is checked.
   *
   * @return empty if the run has not saved one
   * @throws CheckpointException if none is good, or the newest is of another format
   */
  public Optional<Found> newest() {
    if (isEmpty()) {
      return Optional.empty();
    }
    List<String> faults = new ArrayList<>();
    try {
      for (Path candidate : inOrder(faults)) {
        try {
          return Optional.of(new Found(open(candidate), faults));
        } catch (DamageException e) {
          faults.add(String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    String none = faults.size() > 1 ? "; no older one is good either" : "; there is no older one";
    throw new DamageException(faults.get(0).replaceFirst("^Checkpoint: ", "") + none);
  }

  /**
   * The lowest validation loss of the checkpoints up to a step, as their manifests tell it.
   *
   * @return empty if none was measured
   */
  public OptionalDouble bestLoss(long upTo) {
    try {
      return best(upTo).map(Checkpoints::loss).orElse(OptionalDouble.empty());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The checkpoint with that loss, the oldest if there are several. */
  Optional<Path> best(long upTo) throws IOException {
    return steps().stream()
        .filter(step -> step(step) <= upTo && loss(step).isPresent())
        .min(Comparator.comparingDouble(step -> loss(step).getAsDouble()));
  }

  private static OptionalDouble loss(Path step) {
    try {
      Double loss = Checkpoint.manifest(step).valLoss();
      return loss == null ? OptionalDouble.empty() : OptionalDouble.of(loss);
    } catch (IOException | CheckpointException e) {
      return OptionalDouble.empty();
    }
  }

  /** What to try, best first. */
  private List<Path> inOrder(List<String> faults) throws IOException {
    List<Path> all = new ArrayList<>(candidates());
    all.sort(Comparator.comparingLong(Checkpoints::step).reversed());
    Optional<Path> latest = Optional.empty();
    try {
      latest = target(LATEST);
    } catch (DamageException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    latest.ifPresent(
        named -> {
          all.remove(named);
          all.add(0, named);
        });
    return all;
  }

  /** The checkpoint of one folder, which must be of the step that its name says. */
  private static Checkpoint open(Path folder) {
    Checkpoint found = Checkpoint.open(folder);
    long step = found.manifest().step();
    if (step != step(folder)) {
      throw new DamageException(
          folder.resolve(Checkpoint.MANIFEST) + " is damaged: it is of step " + step);
    }
    return found;
  }

  /**
   * The folder that a pointer names.
   *
   * @throws DamageException if the pointer is missing or damaged
   */
  private Optional<Path> target(String name) throws IOException {
    Path pointer = folder.resolve(name);
    if (!Files.exists(pointer)) {
      throw new DamageException(pointer + " is missing; it must name the newest folder beside it");
    }
    String text = Files.readString(pointer, StandardCharsets.ISO_8859_1).strip();
    if (!text.matches(STEP)) {
      throw new DamageException(pointer + " must name a folder step-N");
    }
    return Optional.of(folder.resolve(text));
  }

  /** The folder that a pointer names, if the pointer is whole. */
  @Nullable Path named(String pointer) throws IOException {
    try {
      return target(pointer).orElse(null);
    } catch (DamageException e) {
      return null;
    }
  }

  /** The folders of checkpoints, by increasing step. */
  List<Path> steps() throws IOException {
    return folders(STEP);
  }

  /** The same, with those that were on their way out when a save was cut off. */
  private List<Path> candidates() throws IOException {
    return folders(STEP + "(" + REPLACED.replace(".", "\\.") + ")?");
  }

  private List<Path> folders(String pattern) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> child.getFileName().toString().matches(pattern))
          .sorted(Comparator.comparingLong(Checkpoints::step))
          .toList();
    }
  }

  static long step(Path folder) {
    String name = folder.getFileName().toString();
    return Long.parseLong(name.replaceAll("\\D", ""));
  }

  private CheckpointException unreadable(IOException e) {
    return new CheckpointException(
        "Checkpoint: %s must be readable (got %s: %s)"
            .formatted(folder, e.getClass().getSimpleName(), e.getMessage()),
        e);
  }
}
