package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tflion.tpu.Require;

/** A compiled program on the devices that run it. */
public final class LoadedExecutable implements AutoCloseable {

  private final Handle handle;
  private final Executable executable;

  private LoadedExecutable(Handle handle, Executable executable) {
    this.handle = handle;
    this.executable = executable;
  }

  static LoadedExecutable of(Api api, MemorySegment address) {
    Handle handle = new Handle(api, Function.LOADED_EXECUTABLE_DESTROY, address);
    try (Arena arena = Arena.ofConfined()) {
      Fields answer =
          handle.call(Function.LOADED_EXECUTABLE_GET_EXECUTABLE, "loaded_executable", arena);
      return new LoadedExecutable(
          handle,
          new Executable(
              new Handle(api, Function.EXECUTABLE_DESTROY, answer.pointer("executable"))));
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** Returns the program's analyses; closed with this object. */
  public Executable executable() {
    return executable;
  }

  /**
   * Runs the program once on every device and waits until all are done.
   *
   * <p>An argument that the program aliases to a result is donated: the result takes over its
   * memory, and the argument's buffer can only be closed.
   *
   * @param arguments for each device, in the order of the partitions, the arguments in the order of
   *     the program's parameters
   * @param keep indices of arguments that must survive even if the program aliases them
   * @return for each device the results, which the caller closes
   * @throws PjrtException if a device fails; no result is left open then
   */
  public List<List<Buffer>> execute(List<List<Buffer>> arguments, Set<Integer> keep) {
    int perDevice = arguments.isEmpty() ? 0 : arguments.get(0).size();
    Require.that(
        arguments.size() == executable.partitions()
            && arguments.stream().allMatch(list -> list.size() == perDevice),
        "LoadedExecutable: give one list of arguments, all of one length, for each of the "
            + executable.partitions()
            + " partitions",
        arguments.stream().map(List::size).toList());
    try (Arena arena = Arena.ofConfined()) {
      int outputs = executable.outputs();
      MemorySegment results = lists(arguments.size(), outputs, arena);
      MemorySegment events = arena.allocate(ADDRESS, arguments.size());
      Fields call =
          Function.LOADED_EXECUTABLE_EXECUTE
              .arguments()
              .allocate(arena)
              .put("executable", handle.address())
              .put("options", options(keep, arena).memory())
              .put("argument_lists", addresses(arguments, perDevice, arena))
              .put("num_devices", arguments.size())
              .put("num_args", perDevice)
              .put("output_lists", results)
              .put("device_complete_events", events);
      handle.api().call(Function.LOADED_EXECUTABLE_EXECUTE, call);
      return await(buffers(results, arguments.size(), outputs), events);
    }
  }

  private static Fields options(Set<Integer> keep, Arena arena) {
    long[] kept = keep.stream().mapToLong(Integer::longValue).sorted().toArray();
    return Struct.EXECUTE_OPTIONS
        .allocate(arena)
        .put("non_donatable_input_indices", arena.allocateFrom(JAVA_LONG, kept))
        .put("num_non_donatable_input_indices", kept.length);
  }

  /** Returns an array of pointers to arrays of {@code length} null pointers. */
  private static MemorySegment lists(int count, int length, Arena arena) {
    MemorySegment lists = arena.allocate(ADDRESS, Math.max(1, count));
    for (int i = 0; i < count; i++) {
      lists.setAtIndex(ADDRESS, i, arena.allocate(ADDRESS, Math.max(1, length)));
    }
    return lists;
  }

  private static MemorySegment addresses(List<List<Buffer>> buffers, int perDevice, Arena arena) {
    MemorySegment lists = arena.allocate(ADDRESS, buffers.size());
    for (int device = 0; device < buffers.size(); device++) {
      MemorySegment list = arena.allocate(ADDRESS, Math.max(1, perDevice));
      for (int i = 0; i < perDevice; i++) {
        list.setAtIndex(ADDRESS, i, buffers.get(device).get(i).address());
      }
      lists.setAtIndex(ADDRESS, device, list);
    }
    return lists;
  }

  @SuppressWarnings("restricted") // reads back the lists that this class allocated
  private List<List<Buffer>> buffers(MemorySegment lists, int devices, int outputs) {
    List<List<Buffer>> buffers = new ArrayList<>();
    for (int device = 0; device < devices; device++) {
      MemorySegment list =
          lists.getAtIndex(ADDRESS, device).reinterpret(outputs * ADDRESS.byteSize());
      List<Buffer> onDevice = new ArrayList<>();
      for (int i = 0; i < outputs; i++) {
        MemorySegment address = list.getAtIndex(ADDRESS, i);
        onDevice.add(new Buffer(new Handle(handle.api(), Function.BUFFER_DESTROY, address)));
      }
      buffers.add(onDevice);
    }
    return buffers;
  }

  private List<List<Buffer>> await(List<List<Buffer>> results, MemorySegment events) {
    try {
      Event.awaitAll(
          handle.api(),
          IntStream.range(0, results.size())
              .mapToObj(device -> events.getAtIndex(ADDRESS, device))
              .toList());
    } catch (PjrtException e) {
      results.forEach(list -> list.forEach(Buffer::close));
      throw e;
    }
    return results;
  }

  @Override
  public void close() {
    executable.close();
    handle.close();
  }
}
