
	/host:CPU
eTask Environment*profile_stop_time*profile_start_time2Ý¶¨’†üŒõ2Î©ª’†üŒõ"vm