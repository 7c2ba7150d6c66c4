package org.tflion.train.data.prepare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How far a preparation has come: a line for each unit whose tokens are on the disk. A line that
 * was cut off does not count.
 */
final class Journal {

  static final String NAME = "journal";

  /**
   * What is on the disk after a unit.
   *
   * @param units number of units done
   * @param tokens number of tokens
   * @param documents number of documents
   * @param tokensCrc CRC32C of the tokens' bytes
   * @param documentsCrc CRC32C of the documents' bytes
   */
  record Entry(int units, long tokens, long documents, long tokensCrc, long documentsCrc) {

    static final Entry NONE = new Entry(0, 0, 0, 0, 0);

    private String line() {
      return "%d %d %d %d %d\n".formatted(units, tokens, documents, tokensCrc, documentsCrc);
    }

    private static Optional<Entry> parse(String line) {
      String[] words = line.split(" ", -1);
      if (words.length != 5) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Entry(
                Integer.parseInt(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4])));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
  }

  private final FileChannel channel;
  private final String plan;

  /**
   * The journal of a plan.
   *
   * @param channel open for reading and writing
   */
  Journal(FileChannel channel, String plan) {
    this.channel = channel;
    this.plan = plan;
  }

  /** The plan that its first line names; empty if there is none yet. */
  Optional<String> plan() throws IOException {
    return text().lines().findFirst();
  }

  private String text() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
    String text = new String(bytes.array(), StandardCharsets.ISO_8859_1);
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  /** The last entry; nothing done if there is none. What was cut off after it goes. */
  Entry last() throws IOException {
    channel.truncate(text().length());
    String[] lines = text().split("\n", -1);
    for (int i = lines.length - 1; i > 0; i--) {
      Optional<Entry> entry = Entry.parse(lines[i]);
      if (entry.isPresent()) {
        return entry.get();
      }
    }
    return Entry.NONE;
  }

  /** Forgets all entries, and names the plan. */
  void begin() throws IOException {
    channel.truncate(0);
    write(plan + "\n");
  }

  /** Adds an entry; what it speaks of must be on the disk. */
  void add(Entry entry) throws IOException {
    write(entry.line());
  }

  private void write(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes, channel.size());
    }
    channel.force(false);
  }
}
