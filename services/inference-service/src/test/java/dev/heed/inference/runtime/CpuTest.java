package dev.heed.inference.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuTest {

  @ParameterizedTest
  @CsvSource({
    "fpu sse avx2 avx512_vnni, true",
    "fpu sse avx2 avx_vnni, true",
    "fpu amx_int8 amx_tile, true",
    "fpu sse avx2 fma, false",
    "fpu avx512_vnni_not, false"
  })
  void signedProductsWantVnniOrAmx(String flags, boolean expected) {
    // Given
    String cpuinfo = "model name\t: some avx512_vnni machine\nflags\t\t: " + flags + "\n";

    // When
    boolean signed = Cpu.multipliesSigned(cpuinfo);

    // Then
    assertEquals(expected, signed);
  }
}
