package dev.heed.trust.flow;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory of all stores together: by default each store of each partition may take 100 MB
 * outside of the heap, and there are dozens. Named in {@code rocksdb.config.setter}.
 */
public final class OnDisk implements RocksDBConfigSetter {

  private static final long READS = 64L << 20;
  private static final long WRITES = 64L << 20;
  private static final long A_WRITE_BUFFER = 8L << 20;

  static {
    RocksDB.loadLibrary(); // this class may be the first to need it
  }

  // Shared by all stores of the process, and there until it ends.
  private static final Cache CACHE = new LRUCache(READS);
  private static final WriteBufferManager BUFFERS = new WriteBufferManager(WRITES, CACHE);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(BUFFERS);
    options.setWriteBufferSize(A_WRITE_BUFFER);
  }

  @Override
  public void close(String store, Options options) {
    // The cache and the buffers are shared: they are not this store's to close.
  }
}
