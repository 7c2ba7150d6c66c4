package org.tflion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write to a run's folder, which one training at a time has, whatever its process.
 *
 * <p>It is a lock on the file {@code lock}, which stays behind and means nothing by itself: the
 * system frees the lock when a process ends, however it ends.
 */
final class RunLock implements AutoCloseable {

  /**
   * The folders locked by this process. To open and close a file that the process has locked
   * already would free the lock on POSIX systems.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private RunLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes the folder, if need be, and locks it.
   *
   * @throws IllegalArgumentException if another training holds it or it cannot be written
   */
  static RunLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      Path real = folder.toRealPath();
      if (!HELD.add(real)) {
        throw taken(folder);
      }
      try {
        return new RunLock(real, locked(folder));
      } catch (IOException | RuntimeException e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw RunDirectory.unwritable(folder, e);
    }
  }

  private static FileChannel locked(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw taken(folder);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw taken(folder);
  }

  private static IllegalArgumentException taken(Path folder) {
    return new IllegalArgumentException(
        "another process trains in " + folder + "; wait for it or use another --out");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(folder);
    }
  }
}
