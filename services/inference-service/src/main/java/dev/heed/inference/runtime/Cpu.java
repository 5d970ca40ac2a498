package dev.heed.inference.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What this machine's processor can do. */
public final class Cpu {

  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Set<String> SIGNED = Set.of("avx_vnni", "avx512_vnni", "amx_int8");

  private Cpu() {}

  /**
   * Whether products of unsigned and signed bytes are exact: with VNNI or AMX, and on Arm. AVX2
   * alone adds them in 16 bits, which overflow. False where it cannot be found out.
   */
  public static boolean multipliesSigned() {
    if (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64")) {
      return true;
    }
    try {
      return multipliesSigned(Files.readString(INFO));
    } catch (IOException e) {
      return false;
    }
  }

  static boolean multipliesSigned(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith("flags"))
        .anyMatch(line -> SPACE.splitAsStream(line).anyMatch(SIGNED::contains));
  }
}
