package org.tflion.tpu.pjrt;

import org.jspecify.annotations.Nullable;

/**
 * The functions of a PJRT plugin, in the order in which its table lists them.
 *
 * <p>The order and the argument fields are those of {@code pjrt_c_api.h}, version 0.90, of
 * openxla/xla (Apache License 2.0). PJRT only ever appends, so a place in the table is computed
 * from the position in this list, and the place of a field from the fields before it. Functions
 * that this package does not call have no fields here.
 */
@SuppressWarnings({
  "EnumOrdinal", // the position in the list is the meaning
  "ImmutableEnumChecker" // Struct is a record over a map that nobody changes
})
enum Function {
  ERROR_DESTROY("Error_Destroy", "p:error"),
  ERROR_MESSAGE("Error_Message", "p:error p:message n:message_size"),
  ERROR_GET_CODE("Error_GetCode", "p:error i:code"),
  PLUGIN_INITIALIZE("Plugin_Initialize", ""),
  PLUGIN_ATTRIBUTES("Plugin_Attributes", "p:attributes n:num_attributes"),
  EVENT_DESTROY("Event_Destroy", "p:event"),
  EVENT_IS_READY("Event_IsReady"),
  EVENT_ERROR("Event_Error"),
  EVENT_AWAIT("Event_Await", "p:event"),
  EVENT_ON_READY("Event_OnReady"),
  CLIENT_CREATE(
      "Client_Create",
      "p:create_options n:num_options p:kv_get_callback p:kv_get_user_arg "
          + "p:kv_put_callback p:kv_put_user_arg p:client p:kv_try_get_callback "
          + "p:kv_try_get_user_arg"),
  CLIENT_DESTROY("Client_Destroy", "p:client"),
  CLIENT_PLATFORM_NAME("Client_PlatformName", "p:client p:platform_name n:platform_name_size"),
  CLIENT_PROCESS_INDEX("Client_ProcessIndex"),
  CLIENT_PLATFORM_VERSION(
      "Client_PlatformVersion", "p:client p:platform_version n:platform_version_size"),
  CLIENT_DEVICES("Client_Devices"),
  CLIENT_ADDRESSABLE_DEVICES(
      "Client_AddressableDevices", "p:client p:addressable_devices n:num_addressable_devices"),
  CLIENT_LOOKUP_DEVICE("Client_LookupDevice"),
  CLIENT_LOOKUP_ADDRESSABLE_DEVICE("Client_LookupAddressableDevice"),
  CLIENT_ADDRESSABLE_MEMORIES("Client_AddressableMemories"),
  CLIENT_COMPILE(
      "Client_Compile",
      "p:client p:program p:compile_options n:compile_options_size " + "p:executable"),
  CLIENT_DEFAULT_DEVICE_ASSIGNMENT("Client_DefaultDeviceAssignment"),
  CLIENT_BUFFER_FROM_HOST_BUFFER(
      "Client_BufferFromHostBuffer",
      "p:client p:data i:type p:dims n:num_dims p:byte_strides "
          + "n:num_byte_strides i:host_buffer_semantics p:device p:memory "
          + "p:device_layout p:done_with_host_buffer p:buffer"),
  DEVICE_DESCRIPTION_ID("DeviceDescription_Id", "p:device_description i:id"),
  DEVICE_DESCRIPTION_PROCESS_INDEX(
      "DeviceDescription_ProcessIndex", "p:device_description i:process_index"),
  DEVICE_DESCRIPTION_ATTRIBUTES(
      "DeviceDescription_Attributes", "p:device_description n:num_attributes p:attributes"),
  DEVICE_DESCRIPTION_KIND(
      "DeviceDescription_Kind", "p:device_description p:device_kind n:device_kind_size"),
  DEVICE_DESCRIPTION_DEBUG_STRING("DeviceDescription_DebugString"),
  DEVICE_DESCRIPTION_TO_STRING(
      "DeviceDescription_ToString", "p:device_description p:to_string n:to_string_size"),
  DEVICE_GET_DESCRIPTION("Device_GetDescription", "p:device p:device_description"),
  DEVICE_IS_ADDRESSABLE("Device_IsAddressable"),
  DEVICE_LOCAL_HARDWARE_ID("Device_LocalHardwareId"),
  DEVICE_ADDRESSABLE_MEMORIES("Device_AddressableMemories"),
  DEVICE_DEFAULT_MEMORY("Device_DefaultMemory"),
  DEVICE_MEMORY_STATS(
      "Device_MemoryStats",
      "p:device l:bytes_in_use l:peak_bytes_in_use b:peak_bytes_in_use_is_set "
          + "l:num_allocs b:num_allocs_is_set l:largest_alloc_size "
          + "b:largest_alloc_size_is_set l:bytes_limit b:bytes_limit_is_set "
          + "l:bytes_reserved b:bytes_reserved_is_set l:peak_bytes_reserved "
          + "b:peak_bytes_reserved_is_set l:bytes_reservable_limit "
          + "b:bytes_reservable_limit_is_set l:largest_free_block_bytes "
          + "b:largest_free_block_bytes_is_set l:pool_bytes b:pool_bytes_is_set "
          + "l:peak_pool_bytes b:peak_pool_bytes_is_set"),
  MEMORY_ID("Memory_Id"),
  MEMORY_KIND("Memory_Kind"),
  MEMORY_DEBUG_STRING("Memory_DebugString"),
  MEMORY_TO_STRING("Memory_ToString"),
  MEMORY_ADDRESSABLE_BY_DEVICES("Memory_AddressableByDevices"),
  EXECUTABLE_DESTROY("Executable_Destroy", "p:executable"),
  EXECUTABLE_NAME("Executable_Name", "p:executable p:executable_name n:executable_name_size"),
  EXECUTABLE_NUM_REPLICAS("Executable_NumReplicas"),
  EXECUTABLE_NUM_PARTITIONS("Executable_NumPartitions", "p:executable n:num_partitions"),
  EXECUTABLE_NUM_OUTPUTS("Executable_NumOutputs", "p:executable n:num_outputs"),
  EXECUTABLE_SIZE_OF_GENERATED_CODE_IN_BYTES("Executable_SizeOfGeneratedCodeInBytes"),
  EXECUTABLE_GET_COST_ANALYSIS(
      "Executable_GetCostAnalysis", "p:executable n:num_properties p:properties"),
  EXECUTABLE_OUTPUT_MEMORY_KINDS("Executable_OutputMemoryKinds"),
  EXECUTABLE_OPTIMIZED_PROGRAM("Executable_OptimizedProgram", "p:executable p:program"),
  EXECUTABLE_SERIALIZE(
      "Executable_Serialize",
      "p:executable p:serialized_bytes n:serialized_bytes_size "
          + "p:serialized_executable p:serialized_executable_deleter"),
  LOADED_EXECUTABLE_DESTROY("LoadedExecutable_Destroy", "p:executable"),
  LOADED_EXECUTABLE_GET_EXECUTABLE(
      "LoadedExecutable_GetExecutable", "p:loaded_executable p:executable"),
  LOADED_EXECUTABLE_ADDRESSABLE_DEVICES(
      "LoadedExecutable_AddressableDevices",
      "p:executable p:addressable_devices n:num_addressable_devices"),
  LOADED_EXECUTABLE_DELETE("LoadedExecutable_Delete"),
  LOADED_EXECUTABLE_IS_DELETED("LoadedExecutable_IsDeleted"),
  LOADED_EXECUTABLE_EXECUTE(
      "LoadedExecutable_Execute",
      "p:executable p:options p:argument_lists n:num_devices n:num_args "
          + "p:output_lists p:device_complete_events p:execute_device"),
  EXECUTABLE_DESERIALIZE_AND_LOAD(
      "Executable_DeserializeAndLoad",
      "p:client p:serialized_executable n:serialized_executable_size "
          + "p:loaded_executable p:overridden_serialized_compile_options "
          + "n:overridden_serialized_compile_options_size"),
  LOADED_EXECUTABLE_FINGERPRINT("LoadedExecutable_Fingerprint"),
  BUFFER_DESTROY("Buffer_Destroy", "p:buffer"),
  BUFFER_ELEMENT_TYPE("Buffer_ElementType", "p:buffer i:type"),
  BUFFER_DIMENSIONS("Buffer_Dimensions", "p:buffer p:dims n:num_dims"),
  BUFFER_UNPADDED_DIMENSIONS("Buffer_UnpaddedDimensions"),
  BUFFER_DYNAMIC_DIMENSION_INDICES("Buffer_DynamicDimensionIndices"),
  BUFFER_GET_MEMORY_LAYOUT("Buffer_GetMemoryLayout"),
  BUFFER_ON_DEVICE_SIZE_IN_BYTES("Buffer_OnDeviceSizeInBytes"),
  BUFFER_DEVICE("Buffer_Device"),
  BUFFER_MEMORY("Buffer_Memory"),
  BUFFER_DELETE("Buffer_Delete"),
  BUFFER_IS_DELETED("Buffer_IsDeleted", "p:buffer b:is_deleted"),
  BUFFER_COPY_TO_DEVICE("Buffer_CopyToDevice"),
  BUFFER_TO_HOST_BUFFER("Buffer_ToHostBuffer", "p:src p:host_layout p:dst n:dst_size p:event"),
  BUFFER_IS_ON_CPU("Buffer_IsOnCpu"),
  BUFFER_READY_EVENT("Buffer_ReadyEvent"),
  BUFFER_UNSAFE_POINTER("Buffer_UnsafePointer"),
  BUFFER_INCREASE_EXTERNAL_REFERENCE_COUNT("Buffer_IncreaseExternalReferenceCount"),
  BUFFER_DECREASE_EXTERNAL_REFERENCE_COUNT("Buffer_DecreaseExternalReferenceCount"),
  BUFFER_OPAQUE_DEVICE_MEMORY_DATA_POINTER("Buffer_OpaqueDeviceMemoryDataPointer"),
  COPY_TO_DEVICE_STREAM_DESTROY("CopyToDeviceStream_Destroy"),
  COPY_TO_DEVICE_STREAM_ADD_CHUNK("CopyToDeviceStream_AddChunk"),
  COPY_TO_DEVICE_STREAM_TOTAL_BYTES("CopyToDeviceStream_TotalBytes"),
  COPY_TO_DEVICE_STREAM_GRANULE_SIZE("CopyToDeviceStream_GranuleSize"),
  COPY_TO_DEVICE_STREAM_CURRENT_BYTES("CopyToDeviceStream_CurrentBytes"),
  TOPOLOGY_DESCRIPTION_CREATE(
      "TopologyDescription_Create",
      "p:topology_name n:topology_name_size p:create_options n:num_options " + "p:topology"),
  TOPOLOGY_DESCRIPTION_DESTROY("TopologyDescription_Destroy", "p:topology"),
  TOPOLOGY_DESCRIPTION_PLATFORM_NAME(
      "TopologyDescription_PlatformName", "p:topology p:platform_name n:platform_name_size"),
  TOPOLOGY_DESCRIPTION_PLATFORM_VERSION(
      "TopologyDescription_PlatformVersion",
      "p:topology p:platform_version n:platform_version_size"),
  TOPOLOGY_DESCRIPTION_GET_DEVICE_DESCRIPTIONS(
      "TopologyDescription_GetDeviceDescriptions", "p:topology p:descriptions n:num_descriptions"),
  TOPOLOGY_DESCRIPTION_SERIALIZE("TopologyDescription_Serialize"),
  TOPOLOGY_DESCRIPTION_ATTRIBUTES(
      "TopologyDescription_Attributes", "p:topology p:attributes n:num_attributes"),
  COMPILE(
      "Compile",
      "p:topology p:program p:compile_options n:compile_options_size p:client " + "p:executable"),
  EXECUTABLE_OUTPUT_ELEMENT_TYPES("Executable_OutputElementTypes"),
  EXECUTABLE_OUTPUT_DIMENSIONS("Executable_OutputDimensions"),
  BUFFER_COPY_TO_MEMORY("Buffer_CopyToMemory"),
  CLIENT_CREATE_VIEW_OF_DEVICE_BUFFER("Client_CreateViewOfDeviceBuffer"),
  EXECUTABLE_FINGERPRINT("Executable_Fingerprint"),
  CLIENT_TOPOLOGY_DESCRIPTION("Client_TopologyDescription"),
  EXECUTABLE_GET_COMPILED_MEMORY_STATS(
      "Executable_GetCompiledMemoryStats",
      "p:executable l:generated_code_size_in_bytes l:argument_size_in_bytes "
          + "l:output_size_in_bytes l:alias_size_in_bytes l:temp_size_in_bytes "
          + "l:host_generated_code_size_in_bytes l:host_argument_size_in_bytes "
          + "l:host_output_size_in_bytes l:host_alias_size_in_bytes "
          + "l:host_temp_size_in_bytes l:peak_memory_in_bytes l:total_size_in_bytes"),
  MEMORY_KIND_ID("Memory_Kind_Id"),
  EXECUTE_CONTEXT_CREATE("ExecuteContext_Create"),
  EXECUTE_CONTEXT_DESTROY("ExecuteContext_Destroy"),
  BUFFER_COPY_RAW_TO_HOST("Buffer_CopyRawToHost"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_DESTROY("AsyncHostToDeviceTransferManager_Destroy"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_TRANSFER_DATA(
      "AsyncHostToDeviceTransferManager_TransferData"),
  CLIENT_CREATE_BUFFERS_FOR_ASYNC_HOST_TO_DEVICE("Client_CreateBuffersForAsyncHostToDevice"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_RETRIEVE_BUFFER(
      "AsyncHostToDeviceTransferManager_RetrieveBuffer"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_DEVICE("AsyncHostToDeviceTransferManager_Device"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_BUFFER_COUNT(
      "AsyncHostToDeviceTransferManager_BufferCount"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_BUFFER_SIZE("AsyncHostToDeviceTransferManager_BufferSize"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_SET_BUFFER_ERROR(
      "AsyncHostToDeviceTransferManager_SetBufferError"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_ADD_METADATA(
      "AsyncHostToDeviceTransferManager_AddMetadata"),
  CLIENT_DMA_MAP("Client_DmaMap"),
  CLIENT_DMA_UNMAP("Client_DmaUnmap"),
  CLIENT_CREATE_UNINITIALIZED_BUFFER("Client_CreateUninitializedBuffer"),
  CLIENT_UPDATE_GLOBAL_PROCESS_INFO("Client_UpdateGlobalProcessInfo"),
  TOPOLOGY_DESCRIPTION_DESERIALIZE("TopologyDescription_Deserialize"),
  CLIENT_CREATE_ALIAS_BUFFER("Client_CreateAliasBuffer"),
  CLIENT_FULFILL_ALIAS_BUFFER("Client_FulfillAliasBuffer"),
  LOADED_EXECUTABLE_GET_DEVICE_ASSIGNMENT("LoadedExecutable_GetDeviceAssignment"),
  CLIENT_CREATE_ERROR_BUFFER("Client_CreateErrorBuffer"),
  ASYNC_HOST_TO_DEVICE_TRANSFER_MANAGER_TRANSFER_LITERAL(
      "AsyncHostToDeviceTransferManager_TransferLiteral"),
  BUFFER_COPY_RAW_TO_HOST_FUTURE("Buffer_CopyRawToHostFuture"),
  DEVICE_POISON_EXECUTION("Device_PoisonExecution"),
  DEVICE_CREATE_ASYNC_TRACKING_EVENT("Device_CreateAsyncTrackingEvent"),
  ASYNC_TRACKING_EVENT_DESTROY("AsyncTrackingEvent_Destroy"),
  EXECUTABLE_GET_COMPILE_OPTIONS("Executable_GetCompileOptions"),
  BUFFER_DONATE_WITH_CONTROL_DEPENDENCY("Buffer_DonateWithControlDependency"),
  EVENT_CREATE("Event_Create"),
  EVENT_SET("Event_Set");

  /** Bytes of the table before the first function: its size, extensions and version. */
  private static final long HEADER = 40;

  private final String symbol;
  private final @Nullable Struct arguments;
  private final String object;

  Function(String symbol) {
    this.symbol = "PJRT_" + symbol;
    this.arguments = null;
    this.object = "";
  }

  Function(String symbol, String fields) {
    this.symbol = "PJRT_" + symbol;
    this.arguments = Struct.of(fields);
    this.object = arguments.first(); // looked for once, as it is asked for at every call
  }

  /** Returns the name in the C header. */
  String symbol() {
    return symbol;
  }

  /** Returns where the table keeps the function's address. */
  long offset() {
    return HEADER + 8L * ordinal();
  }

  /** Returns the first field of the argument, which is the object that most functions act on. */
  String object() {
    return object;
  }

  /** Returns whether this package calls the function. */
  boolean isUsed() {
    return arguments != null;
  }

  /** Returns the layout of the one argument, a struct. */
  Struct arguments() {
    if (arguments == null) {
      throw new IllegalStateException("Function: " + symbol + " has no argument fields here");
    }
    return arguments;
  }
}
