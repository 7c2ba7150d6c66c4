package org.tflion.tpu.pjrt;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.compile.CompileException;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.TpuSlice;

/** The compiler of a PJRT plugin, each of which is loaded once. */
public final class PjrtCompiler implements Compiler {

  private final Map<Path, Plugin> loaded = new HashMap<>();

  /** Makes a compiler that has no plugin yet. */
  public PjrtCompiler() {}

  /** Makes a compiler whose plugin is loaded already. */
  PjrtCompiler(Path path, Plugin plugin) {
    loaded.put(path, plugin);
  }

  @Override
  public void load(Path plugin) {
    try {
      loaded.computeIfAbsent(plugin, Plugin::loadWithoutHardware);
    } catch (PjrtException e) {
      throw failure(e);
    }
  }

  @Override
  public Compiled compile(Path plugin, Lowered program, TpuSlice slice, Effort effort) {
    load(plugin);
    Plugin compiler = Objects.requireNonNull(loaded.get(plugin));
    long began = System.nanoTime();
    try (Topology topology = Topology.of(compiler, slice);
        Executable executable =
            topology.compile(
                new Program(Program.HLO, program.module().toByteArray()),
                CompileOptions.of(slice.devices()).asCut().with(effort))) {
      Duration time = Duration.ofNanos(System.nanoTime() - began);
      return new Compiled(
          executable.partitions(),
          executable.memory(),
          executable.cost(),
          executable.collectives(),
          time,
          ByteString.copyFrom(executable.serialize()));
    } catch (PjrtException e) {
      throw failure(e);
    }
  }

  private static CompileException failure(PjrtException e) {
    return new CompileException(
        String.valueOf(e.getMessage()), e.code() == StatusCode.RESOURCE_EXHAUSTED, e);
  }
}
