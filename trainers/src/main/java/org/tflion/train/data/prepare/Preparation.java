package org.tflion.train.data.prepare;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tflion.Require;
import org.tflion.train.data.format.Unit;
import org.tflion.train.data.format.Units;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.Fingerprint;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * Turns files into a folder of tokens.
 *
 * <p>The files are cut into units that do not depend on the number of threads; their tokens are
 * written in order, so the result is the same, byte for byte, however many threads work and however
 * often it was interrupted. After each unit the tokens go to the disk and a line to the journal; a
 * restart goes on after the last line whose checksums hold. The manifest comes last.
 */
public final class Preparation {

  private static final Set<String> OWN =
      Set.of(
          PreparedFolder.TOKENS,
          PreparedFolder.DOCUMENTS,
          PreparedManifest.NAME,
          PreparedManifest.NAME + ".next",
          Journal.NAME);

  private final List<Unit> units;
  private final Encoder encoder;
  private final Path folder;
  private final String plan;

  /**
   * Plans a preparation; nothing is written yet.
   *
   * @param files inputs, in their order
   * @param encoder their tokens
   * @param folder where the tokens go: none yet, an empty one, or that of an interrupted
   *     preparation
   * @throws IllegalArgumentException if a file cannot be read or is damaged, or the folder holds
   *     something else
   */
  public Preparation(List<Path> files, Encoder encoder, Path folder) {
    this(files, encoder, folder, encoder.units());
  }

  Preparation(List<Path> files, Encoder encoder, Path folder, Units units) {
    this.units = units.of(files);
    this.encoder = encoder;
    this.folder = folder;
    Require.that(!this.units.isEmpty(), "--input must hold some text", "0 bytes");
    this.plan = plan(files);
    requireOwn();
  }

  private String plan(List<Path> files) {
    List<String> parts = new ArrayList<>();
    Tokenizer tokenizer = encoder.tokenizer();
    parts.add("tflion prepare 1");
    parts.add(tokenizer.spec().toString());
    parts.add(encoder.field());
    parts.add(Fingerprint.of(files, FileBytes.open(files)));
    for (Path file : files) {
      try {
        parts.add(String.valueOf(Files.getLastModifiedTime(file).toMillis()));
      } catch (IOException e) {
        throw FileBytes.unreadable(file, e);
      }
    }
    units.forEach(unit -> parts.add(unit.format() + " " + unit.from() + " " + unit.to()));
    return Fingerprint.joined(parts);
  }

  private void requireOwn() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      Optional<Path> other =
          all.filter(path -> !OWN.contains(String.valueOf(path.getFileName()))).findFirst();
      Require.that(
          other.isEmpty(), "--out must be a new folder", folder + ", which holds other files");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private IllegalArgumentException unwritable(IOException e) {
    return new IllegalArgumentException(
        "--out must be a folder that can be written (got %s: %s)"
            .formatted(folder, e.getClass().getSimpleName()),
        e);
  }

  /** Bytes of input. */
  public long size() {
    return units.stream().mapToLong(Unit::size).sum();
  }

  /**
   * Makes the tokens, or what is left to make.
   *
   * @param threads that work on units at the same time; above 0
   * @return the finished folder; empty if the listener stopped it
   * @throws IllegalArgumentException if an input is refused, or the folder is of another
   *     preparation or one that runs
   */
  public Optional<PreparedFolder> run(int threads, PrepareListener listener) {
    try {
      Files.createDirectories(folder);
      if (Files.exists(folder.resolve(PreparedManifest.NAME))) {
        return Optional.of(finished());
      }
      Path file = folder.resolve(Journal.NAME);
      try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
        lock(channel);
        Journal journal = new Journal(channel, plan);
        requirePlan(journal.plan().orElse(plan));
        if (!write(journal, threads, listener)) {
          return Optional.empty();
        }
      }
      Files.deleteIfExists(file);
      return Optional.of(PreparedFolder.open(folder));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private PreparedFolder finished() throws IOException {
    PreparedFolder before = PreparedFolder.open(folder);
    requirePlan(before.manifest().plan());
    Files.deleteIfExists(folder.resolve(Journal.NAME));
    return before;
  }

  private void requirePlan(String found) {
    Require.that(
        found.equals(plan),
        "--out must be a new folder, or hold the same preparation",
        folder + ", prepared from other input or with another tokenizer");
  }

  private void lock(FileChannel channel) throws IOException {
    boolean free;
    try {
      free = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      free = false;
    }
    Require.that(free, "--out must not be in use by another preparation", folder);
  }

  private boolean write(Journal journal, int threads, PrepareListener listener) throws IOException {
    Tokenizer tokenizer = encoder.tokenizer();
    int tokenBytes = tokenizer.vocabularySize() <= 1 << Short.SIZE ? Short.BYTES : Integer.BYTES;
    try (TokenWriter writer = new TokenWriter(folder, tokenBytes);
        UnitPipeline<Encoded> pipeline = new UnitPipeline<>(encoder::encode, units, threads)) {
      Journal.Entry entry = journal.last();
      if (entry.units() > units.size() || !writer.rewind(entry)) {
        entry = Journal.Entry.NONE;
        writer.rewind(entry);
      }
      if (entry.units() == 0) {
        journal.begin();
      }
      long bytes = units.subList(0, entry.units()).stream().mapToLong(Unit::size).sum();
      listener.onProgress(bytes);
      for (int i = entry.units(); i < units.size(); i++) {
        if (listener.stops()) {
          return false;
        }
        journal.add(writer.append(i, pipeline.get(i)));
        bytes += units.get(i).size();
        listener.onProgress(bytes);
      }
      commit(writer, tokenBytes);
    }
    return true;
  }

  private void commit(TokenWriter writer, int tokenBytes) throws IOException {
    Require.that(writer.tokens() > 0, "--input must hold some text", "none");
    Path tokens = folder.resolve(PreparedFolder.TOKENS);
    Path documents = folder.resolve(PreparedFolder.DOCUMENTS);
    PreparedManifest manifest =
        new PreparedManifest(
            PreparedManifest.FORMAT_VERSION,
            plan,
            encoder.tokenizer().spec(),
            encoder.tokenizer().vocabularySize(),
            tokenBytes,
            writer.tokens(),
            writer.documents(),
            PreparedFolder.sha256(tokens, read -> {}),
            PreparedFolder.sha256(documents, read -> {}),
            Fingerprint.of(List.of(tokens), FileBytes.open(List.of(tokens))));
    Path next = folder.resolve(PreparedManifest.NAME + ".next");
    Files.writeString(next, manifest.json());
    try (FileChannel channel = FileChannel.open(next, WRITE)) {
      channel.force(true);
    }
    Files.move(next, folder.resolve(PreparedManifest.NAME), ATOMIC_MOVE);
  }
}
