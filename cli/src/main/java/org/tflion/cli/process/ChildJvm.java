package org.tflion.cli.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Commands that run a class of this program in a JVM of its own, with the options of this one. */
public final class ChildJvm {

  /** Options that make a child what this JVM is, and not others such as agents. */
  private static final List<String> KEPT = List.of("-X", "--", "-Dorg.bytedeco.", "-ea");

  private ChildJvm() {}

  /** The command that calls a main method. */
  public static List<String> command(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments().stream();
    own.filter(option -> KEPT.stream().anyMatch(option::startsWith)).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
