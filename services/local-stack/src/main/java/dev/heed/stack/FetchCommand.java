package dev.heed.stack;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heed fetch}: the default model, without starting anything. Prints its folder. */
@Command(name = "fetch", description = "Fetches the default model and prints its folder.")
final class FetchCommand implements Callable<Integer> {

  @Mixin StackOptions stack;

  @Override
  public Integer call() {
    StackFolders folders = stack.folders();
    folders.prepare();
    System.out.println(new DefaultModel(folders, System.err).folder());
    return 0;
  }
}
