package dev.heed.inference.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * ONNX Runtime's C API through the foreign-function interface: the part that a decoder with IO
 * binding needs. {@code OrtApi} is a table of function pointers whose order never changes; the
 * numbers here are positions in it (onnxruntime_c_api.h).
 *
 * <p>The library and its environment live as long as the process; what {@code create...} returns
 * belongs to the caller, who gives it back to the matching {@code release...}.
 */
final class Ort {

  static final int FLOAT = 1;
  static final int INT8 = 3;
  static final int INT64 = 7;
  static final int FLOAT16 = 10;

  private static final int API_VERSION = 20;
  private static final int TABLE = 300;
  private static final int LOG_ERROR = 3;
  private static final int MAX_MESSAGE = 4096;
  private static final Linker LINKER = Linker.nativeLinker();

  private final MemorySegment table;
  private final MethodHandle getErrorMessage;
  private final MethodHandle releaseStatus;
  private final MethodHandle createTensor;
  private final MethodHandle createSession;
  private final MethodHandle createSessionOfBytes;
  private final MethodHandle createSessionPacked;
  private final MethodHandle createPackedWeights;
  private final MethodHandle addInitializer;
  private final MethodHandle createOptions;
  private final MethodHandle setThreads;
  private final MethodHandle addConfig;
  private final MethodHandle createRunOptions;
  private final MethodHandle createBinding;
  private final MethodHandle bindInput;
  private final MethodHandle bindOutput;
  private final MethodHandle run;
  private final MethodHandle disableMemoryPattern;
  private final MethodHandle inputCount;
  private final MethodHandle inputType;
  private final MethodHandle inputName;
  private final MethodHandle tensorType;
  private final MethodHandle elementType;
  private final MethodHandle freeName;
  private final MethodHandle createMemoryInfo;
  private final MethodHandle createAllocator;
  private final MethodHandle allocate;
  private final MethodHandle appendCuda;
  private final MethodHandle createCuda;
  private final MethodHandle updateCuda;
  private final MemorySegment allocator;
  private final MethodHandle[] releases = new MethodHandle[209];
  private final MemorySegment environment;
  private final MemorySegment cpuMemory;

  private static final class Holder {
    static final Ort INSTANCE = new Ort();
  }

  /** The process's only one; loads the library at first use. */
  static Ort get() {
    return Holder.INSTANCE;
  }

  /** What can be released, by its position in the table. */
  enum Kind {
    MEMORY_INFO(94),
    SESSION(95),
    VALUE(96),
    RUN_OPTIONS(97),
    TYPE_INFO(98),
    SESSION_OPTIONS(100),
    ALLOCATOR(132),
    BINDING(135),
    PACKED_WEIGHTS(167),
    CUDA_OPTIONS(208);

    private final int position;

    Kind(int position) {
      this.position = position;
    }
  }

  private Ort() {
    Arena forever = Arena.global();
    SymbolLookup library = SymbolLookup.libraryLookup(NativeLibrary.locate(), forever);
    table = apiTable(library);
    getErrorMessage = bindTo(2, FunctionDescriptor.of(ADDRESS, ADDRESS));
    releaseStatus = bindTo(93, FunctionDescriptor.ofVoid(ADDRESS));
    createSession = status(7, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    createSessionOfBytes = status(8, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    addInitializer = status(150, ADDRESS, ADDRESS, ADDRESS);
    createPackedWeights = status(166, ADDRESS);
    createSessionPacked = status(168, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    createOptions = status(10, ADDRESS);
    disableMemoryPattern = status(17, ADDRESS);
    setThreads = status(24, ADDRESS, JAVA_INT);
    inputCount = status(30, ADDRESS, ADDRESS);
    inputType = status(33, ADDRESS, JAVA_LONG, ADDRESS);
    inputName = status(36, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    createRunOptions = status(39, ADDRESS);
    tensorType = status(55, ADDRESS, ADDRESS);
    elementType = status(60, ADDRESS, ADDRESS);
    freeName = status(76, ADDRESS, ADDRESS);
    MethodHandle defaultAllocator = status(78, ADDRESS);
    allocator = create(out -> defaultAllocator.invoke(out));
    createTensor = status(49, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    createMemoryInfo = status(68, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    allocate = status(75, ADDRESS, JAVA_LONG, ADDRESS);
    createAllocator = status(131, ADDRESS, ADDRESS, ADDRESS);
    appendCuda = status(204, ADDRESS, ADDRESS);
    createCuda = status(205, ADDRESS);
    updateCuda = status(206, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    addConfig = status(130, ADDRESS, ADDRESS, ADDRESS);
    run = status(133, ADDRESS, ADDRESS, ADDRESS);
    createBinding = status(134, ADDRESS, ADDRESS);
    bindInput = status(136, ADDRESS, ADDRESS, ADDRESS);
    bindOutput = status(137, ADDRESS, ADDRESS, ADDRESS);
    for (Kind kind : Kind.values()) {
      releases[kind.position] = bindTo(kind.position, FunctionDescriptor.ofVoid(ADDRESS));
    }
    MethodHandle createEnvironment = status(3, JAVA_INT, ADDRESS, ADDRESS);
    MethodHandle createCpuMemory = status(69, JAVA_INT, JAVA_INT, ADDRESS);
    environment =
        create(out -> createEnvironment.invoke(LOG_ERROR, forever.allocateFrom("heed"), out));
    cpuMemory = create(out -> createCpuMemory.invoke(0, 0, out));
  }

  private static MemorySegment apiTable(SymbolLookup library) {
    try {
      MemorySegment base =
          ((MemorySegment)
                  LINKER
                      .downcallHandle(
                          library.findOrThrow("OrtGetApiBase"), FunctionDescriptor.of(ADDRESS))
                      .invoke())
              .reinterpret(2 * ADDRESS.byteSize());
      MethodHandle getApi =
          LINKER.downcallHandle(base.get(ADDRESS, 0), FunctionDescriptor.of(ADDRESS, JAVA_INT));
      MemorySegment api = (MemorySegment) getApi.invoke(API_VERSION);
      if (api.address() == 0) {
        throw new IllegalStateException("ONNX Runtime has no API version " + API_VERSION);
      }
      return api.reinterpret(ADDRESS.byteSize() * TABLE);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private MethodHandle bindTo(int position, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(table.getAtIndex(ADDRESS, position), descriptor);
  }

  private MethodHandle status(int position, MemoryLayout... arguments) {
    return bindTo(position, FunctionDescriptor.of(ADDRESS, arguments));
  }

  /** A C function that returns a status and writes its result to {@code out}. */
  @FunctionalInterface
  private interface Creation {
    Object into(MemorySegment out) throws Throwable;
  }

  @FunctionalInterface
  private interface Call {
    Object go() throws Throwable;
  }

  private MemorySegment create(Creation creation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      check(() -> creation.into(out));
      return out.get(ADDRESS, 0);
    }
  }

  private void check(Call call) {
    try {
      MemorySegment status = (MemorySegment) call.go();
      if (status.address() != 0) {
        MemorySegment message = (MemorySegment) getErrorMessage.invoke(status);
        String text = message.reinterpret(MAX_MESSAGE).getString(0);
        releaseStatus.invoke(status);
        throw new OrtFailure(text);
      }
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  private static RuntimeException rethrow(Throwable e) {
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }

  /** Session options for one intra-op pool. */
  MemorySegment createOptions(int threads, boolean spinning) {
    MemorySegment options = create(out -> createOptions.invoke(out));
    check(() -> setThreads.invoke(options, threads));
    check(() -> disableMemoryPattern.invoke(options));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom("session.intra_op.allow_spinning");
      MemorySegment value = arena.allocateFrom(spinning ? "1" : "0");
      check(() -> addConfig.invoke(options, key, value));
    }
    return options;
  }

  MemorySegment createSession(String path, MemorySegment options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return create(out -> createSession.invoke(environment, name, options, out));
    }
  }

  /** The same, with the packed weights that sessions over the same initializers share. */
  MemorySegment createSession(String path, MemorySegment options, MemorySegment packed) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return create(out -> createSessionPacked.invoke(environment, name, options, packed, out));
    }
  }

  /** A place for packed weights; released after the sessions that use it. */
  MemorySegment createPackedWeights() {
    return create(out -> createPackedWeights.invoke(out));
  }

  /** Lets a session read an initializer here, by its name, instead of from its file. */
  void addInitializer(MemorySegment options, String name, MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      check(() -> addInitializer.invoke(options, text, value));
    }
  }

  /** A session of a small graph that is no file. */
  MemorySegment createSession(byte[] model, MemorySegment options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(model.length).copyFrom(MemorySegment.ofArray(model));
      long size = model.length;
      return create(out -> createSessionOfBytes.invoke(environment, bytes, size, options, out));
    }
  }

  /**
   * The element type of one of a session's inputs.
   *
   * @throws OrtFailure when there is no such input, or it is no tensor
   */
  int inputType(MemorySegment session, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      check(() -> inputCount.invoke(session, count));
      for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
        if (inputName(session, i).equals(name)) {
          return elementType(session, i);
        }
      }
    }
    throw new OrtFailure("the graph has no input " + name);
  }

  private String inputName(MemorySegment session, long index) {
    MemorySegment text = create(out -> inputName.invoke(session, index, allocator, out));
    String name = text.reinterpret(MAX_MESSAGE).getString(0);
    check(() -> freeName.invoke(allocator, text));
    return name;
  }

  private int elementType(MemorySegment session, long index) {
    MemorySegment info = create(out -> inputType.invoke(session, index, out));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tensor = create(out -> tensorType.invoke(info, out));
      MemorySegment type = arena.allocate(JAVA_INT);
      if (tensor.address() == 0) {
        throw new OrtFailure("an input is no tensor");
      }
      check(() -> elementType.invoke(tensor, type));
      return type.get(JAVA_INT, 0);
    } finally {
      release(Kind.TYPE_INFO, info);
    }
  }

  MemorySegment createRunOptions() {
    return create(out -> createRunOptions.invoke(out));
  }

  MemorySegment createBinding(MemorySegment session) {
    return create(out -> createBinding.invoke(session, out));
  }

  /**
   * Lets a session run on a graphics card.
   *
   * @throws OrtFailure when this build or this machine cannot
   */
  void useCuda(MemorySegment options, int device) {
    MemorySegment cuda = create(out -> createCuda.invoke(out));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment keys = arena.allocate(ADDRESS, 2);
      keys.setAtIndex(ADDRESS, 0, arena.allocateFrom("device_id"));
      keys.setAtIndex(ADDRESS, 1, arena.allocateFrom("arena_extend_strategy"));
      MemorySegment values = arena.allocate(ADDRESS, 2);
      values.setAtIndex(ADDRESS, 0, arena.allocateFrom(Integer.toString(device)));
      values.setAtIndex(ADDRESS, 1, arena.allocateFrom("kSameAsRequested"));
      check(() -> updateCuda.invoke(cuda, keys, values, 2L));
      check(() -> appendCuda.invoke(options, cuda));
    } finally {
      release(Kind.CUDA_OPTIONS, cuda);
    }
  }

  /** Names a device's own memory. */
  MemorySegment createMemoryInfo(String name, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return create(out -> createMemoryInfo.invoke(text, 0, device, 0, out));
    }
  }

  MemorySegment createAllocator(MemorySegment session, MemorySegment memoryInfo) {
    return create(out -> createAllocator.invoke(session, memoryInfo, out));
  }

  MemorySegment allocate(MemorySegment from, long bytes) {
    return create(out -> allocate.invoke(from, bytes, out)).reinterpret(bytes);
  }

  void free(MemorySegment from, MemorySegment memory) {
    check(() -> freeName.invoke(from, memory));
  }

  /** A tensor over memory that the caller owns and keeps for as long as the tensor lives. */
  MemorySegment createTensor(MemorySegment data, int type, long... shape) {
    return createTensor(cpuMemory, data, type, shape);
  }

  /** The same over a device's memory. */
  MemorySegment createTensor(MemorySegment info, MemorySegment data, int type, long... shape) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment dims = arena.allocateFrom(JAVA_LONG, shape);
      return create(
          out ->
              createTensor.invoke(
                  info, data, data.byteSize(), dims, (long) shape.length, type, out));
    }
  }

  void bindInput(MemorySegment binding, String name, MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      check(() -> bindInput.invoke(binding, text, value));
    }
  }

  void bindOutput(MemorySegment binding, String name, MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      check(() -> bindOutput.invoke(binding, text, value));
    }
  }

  void run(MemorySegment session, MemorySegment runOptions, MemorySegment binding) {
    check(() -> run.invoke(session, runOptions, binding));
  }

  void release(Kind kind, MemorySegment pointer) {
    try {
      releases[kind.position].invoke(pointer);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /** What ONNX Runtime said; it names graph parts and shapes, never text of a person. */
  static final class OrtFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OrtFailure(String message) {
      super(message);
    }
  }
}
