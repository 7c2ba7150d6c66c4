
	/host:CPU
eTask Environment*profile_start_time*profile_stop_time2Ї‘он€дЊх2ктпн€дЊх"vm