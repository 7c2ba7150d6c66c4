package org.tflion.discovery.search;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.program.Program;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The evaluations of a search, in a file of JSON lines that outlives the process.
 *
 * <p>The first line holds the settings, every other line one evaluation. A search draws the same
 * programs again from the same settings, so these fitnesses are all it needs to go on where it was
 * stopped: it repeats the cheap part and looks the expensive part up. Lines are written in the
 * order of drawing, so the file of a finished search is the same, byte for byte, however many
 * threads it had and however often it was killed. A line that was cut short by a kill is dropped.
 */
public final class SearchLog implements Closeable {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** The settings of the search a log belongs to. */
  private record Header(String task, SearchConfig config, String first) {}

  private final Map<Long, Double> recorded;
  private final @Nullable OutputStream out;
  private final @Nullable FileChannel lock;

  private SearchLog(
      Map<Long, Double> recorded, @Nullable OutputStream out, @Nullable FileChannel lock) {
    this.recorded = recorded;
    this.out = out;
    this.lock = lock;
  }

  /** A log that keeps nothing. */
  public static SearchLog none() {
    return new SearchLog(Map.of(), null, null);
  }

  /**
   * Opens the log of a search, new or interrupted.
   *
   * @throws IllegalArgumentException if the file is the log of another search, is being written by
   *     another process, or is damaged before its last line; it names the line
   */
  public static SearchLog open(Path file, String task, SearchConfig config, Program first)
      throws IOException {
    FileChannel lock = lock(file);
    try {
      return open(file, new Header(task, config, first.toString()), lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static SearchLog open(Path file, Header settings, FileChannel lock) throws IOException {
    String header = JSON.writeValueAsString(settings);
    cutUnfinishedLine(file);
    boolean fresh = !Files.exists(file) || Files.size(file) == 0;
    if (!fresh) {
      requireTask(file, settings.task());
    }
    if (!fresh && !header.equals(firstLine(file))) {
      throw new IllegalArgumentException(
          "SearchLog: "
              + file
              + " must belong to this search, but its settings differ; "
              + "use another file, or the settings in its first line");
    }
    Map<Long, Double> recorded = new HashMap<>();
    if (!fresh) {
      forEach(file, entry -> recorded.put(Long.parseUnsignedLong(entry.hash(), 16), entry.score()));
    }
    var options = new StandardOpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.APPEND};
    var log = new SearchLog(recorded, Files.newOutputStream(file, options), lock);
    if (fresh) {
      log.writeLine(header);
    }
    return log;
  }

  /**
   * Refuses a log whose fitness another task measured, be it only an earlier form of this one.
   *
   * @param task the name of the task
   * @throws IllegalArgumentException if it is not the one in the log's first line
   */
  public static void requireTask(Path file, String task) throws IOException {
    String judge;
    try {
      judge = JSON.readValue(firstLine(file), Header.class).task();
    } catch (JacksonException damaged) {
      throw new IllegalArgumentException(
          "SearchLog: the first line of "
              + file
              + " must hold the settings of its search in JSON; start the search anew",
          damaged);
    }
    if (!task.equals(judge)) {
      throw new IllegalArgumentException(
          "SearchLog: "
              + file
              + " must hold fitness by "
              + task
              + " (got fitness by "
              + judge
              + "); the two do not compare, so start the search anew");
    }
  }

  /** Two searches in one log would spoil it; the system frees the lock when a process ends. */
  private static FileChannel lock(Path file) throws IOException {
    Path name = file.resolveSibling(file.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(name, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken;
    try {
      taken = channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      taken = true;
    }
    if (taken) {
      channel.close();
      throw new IllegalArgumentException(
          "SearchLog: " + file + " must be free (got one that another search writes); wait for it");
    }
    return channel;
  }

  /**
   * The evaluations in a log.
   *
   * @throws IllegalArgumentException if a line is not one, naming it
   */
  public static List<LogEntry> read(Path file) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    forEach(file, entries::add);
    return entries;
  }

  /**
   * Hands over the evaluations in a log one by one, since a long search has more than fit in
   * memory. A last line that a kill cut short is left out.
   *
   * @throws IllegalArgumentException if a line is not an evaluation, naming it
   */
  public static void forEach(Path file, Consumer<LogEntry> reader) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      lines.readLine();
      int number = 2;
      for (String line = lines.readLine(); line != null; number++) {
        String next = lines.readLine();
        if (next != null || endsInNewline(file)) {
          reader.accept(entry(file, number, line));
        }
        line = next;
      }
    }
  }

  private static LogEntry entry(Path file, int number, String line) {
    try {
      LogEntry entry = JSON.readValue(line, LogEntry.class);
      Long.parseUnsignedLong(entry.hash(), 16);
      if (entry.fitness() != null && !Double.isFinite(entry.fitness())) {
        throw new NumberFormatException("fitness " + entry.fitness());
      }
      return entry;
    } catch (JacksonException | NumberFormatException | NullPointerException damaged) {
      throw new IllegalArgumentException(
          "SearchLog: line "
              + number
              + " of "
              + file
              + " must be an evaluation in JSON; "
              + "delete it and the lines after it to go on from there",
          damaged);
    }
  }

  private static boolean endsInNewline(Path file) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
      return byteAt(bytes, bytes.length() - 1) == '\n';
    }
  }

  private static String firstLine(Path file) throws IOException {
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.findFirst().orElse("");
    }
  }

  /** Only the last line of a log can be unfinished: the one being written at a kill. */
  private static void cutUnfinishedLine(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long end = bytes.length();
      while (end > 0 && byteAt(bytes, end - 1) != '\n') {
        end--;
      }
      if (end < bytes.length()) {
        bytes.setLength(end);
      }
    }
  }

  private static int byteAt(RandomAccessFile bytes, long position) throws IOException {
    bytes.seek(position);
    return bytes.read();
  }

  /** The fitness a program of this hash had before the search was interrupted. */
  OptionalDouble recorded(long hash) {
    Double fitness = recorded.get(hash);
    return fitness == null ? OptionalDouble.empty() : OptionalDouble.of(fitness);
  }

  /** Writes an evaluation that is not in the file yet, past the reach of a kill. */
  void append(Proposal proposal, double fitness) throws IOException {
    if (out != null && !recorded.containsKey(proposal.child().analysis().hash())) {
      writeLine(JSON.writeValueAsString(LogEntry.of(proposal, fitness)));
    }
  }

  private void writeLine(String line) throws IOException {
    if (out != null) {
      out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
    if (lock != null) {
      lock.close();
    }
  }
}
