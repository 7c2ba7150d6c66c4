
	/host:CPU
eTask Environment*profile_stop_time*profile_start_time2å‘ıÜåÎŒõ2ªóşÜåÎŒõ"vm